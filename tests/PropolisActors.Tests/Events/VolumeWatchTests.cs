using System.Net;
using Crucible.Core.Upstairs;
using Crucible.Core.Volumes;
using Crucible.Wire;
using Propolis.Core.Spec;
using PropolisActors.Events;
using PropolisActors.Protocols;

namespace PropolisActors.Tests.Events;

public sealed class VolumeWatchTests
{
    private static readonly RegionSetIndex First = new(0);
    private static readonly RepairProgress Progress =
        new(0, 100, 0, 512, DateTimeOffset.UnixEpoch, TimeSpan.Zero);

    private readonly VolumeWatch _watch = new(VmName.Default, SpecKey.Parse("disk"), TimeProvider.System);

    [Fact]
    public void A_phase_is_told_of_when_it_is_another_and_not_when_its_details_change()
    {
        Assert.Empty(_watch.Look(new VolumePhase.Idle()));
        Assert.IsType<ServiceEvent.VolumeChanged>(
            Assert.Single(_watch.Look(new VolumePhase.Activating(new Attempt(1), [new(0), new(1)]))));
        Assert.Empty(_watch.Look(new VolumePhase.Activating(new Attempt(1), [new(1)])));
        Assert.Single(_watch.Look(new VolumePhase.Active(new Attempt(1))));
    }

    [Fact]
    public void Every_slot_is_told_of_at_the_first_look_and_later_only_those_that_changed()
    {
        Assert.Equal([0, 1, 2], Look(Status()).Cast<ServiceEvent.SlotChanged>().Select(e => (int)e.Slot.Slot.Value));
        Assert.Empty(Look(Status()));

        var changed = Status() with { Slots = Status().Slots.SetItem(1, Slot(1) with { InSync = false }) };
        Assert.Equal(1, Assert.IsType<ServiceEvent.SlotChanged>(Assert.Single(Look(changed))).Slot.Slot.Value);
    }

    [Fact]
    public void Counts_of_work_are_no_news()
    {
        Look(Status());

        Assert.Empty(Look(Status() with { JobsBuffered = 7, Slots = Status().Slots.SetItem(0, Slot(0) with { JobsInFlight = 3 }) }));
    }

    [Fact]
    public void A_repair_is_told_of_when_it_begins_at_each_step_and_when_it_is_complete()
    {
        Look(Status());
        List<(RepairChange, int?)> told = [];
        for (var done = 0; done <= 100; done++)
            told.AddRange(Repairs(Status() with { LiveRepair = Progress with { ExtentsDone = done } }));
        told.AddRange(Repairs(Completed(1)));

        Assert.Equal(
            [
                (RepairChange.Started, 0),
                .. Enumerable.Range(1, VolumeWatch.ProgressStepsMax).Select(step => (RepairChange.Progressed, (int?)(step * 5))),
                (RepairChange.Completed, 100),
            ],
            told);
    }

    [Fact]
    public void A_repair_that_was_given_up_is_not_told_as_complete()
    {
        Look(Status());
        Look(Status() with { LiveRepair = Progress with { ExtentsDone = 40 } });

        Assert.Equal((RepairChange.Aborted, 40), Assert.Single(Repairs(Status() with
        {
            Slots = Status().Slots.SetItem(2, Slot(2) with { LiveRepairsAborted = 1 }),
        })));
    }

    [Fact]
    public void A_reconciliation_is_told_of_likewise()
    {
        Look(Status());
        Look(Status() with { Reconciliation = Progress });
        Assert.Equal((RepairChange.Completed, 100), Assert.Single(Repairs(Status())));

        Look(Status() with { Reconciliation = Progress });
        Assert.Equal((RepairChange.Aborted, 0), Assert.Single(Repairs(Status() with { ReconciliationsAborted = 1 })));
    }

    [Fact]
    public void A_repair_that_began_and_ended_between_two_looks_is_still_told_of()
    {
        Look(Status());

        Assert.Equal([(RepairChange.Started, null), (RepairChange.Completed, null)], Repairs(Completed(1)));
    }

    [Fact]
    public void A_repair_that_follows_another_at_once_is_a_new_one()
    {
        Look(Status());
        Look(Status() with { LiveRepair = Progress });

        var next = Progress with { Since = Progress.Since.AddSeconds(1) };
        Assert.Equal(
            [(RepairChange.Completed, 100), (RepairChange.Started, 0)], Repairs(Completed(1) with { LiveRepair = next }));
    }

    [Fact]
    public void A_replacement_is_told_of_when_it_is_stored_and_when_its_copy_is_in_sync()
    {
        Assert.Empty(Replacements(null));
        Assert.Equal([false], Replacements(Replacement(7, inSync: false)));
        Assert.Empty(Replacements(Replacement(7, inSync: false)));
        Assert.Equal([true], Replacements(Replacement(7, inSync: true)));
        Assert.Equal([false], Replacements(Replacement(8, inSync: false)));
        Assert.Equal([false, true], Replacements(Replacement(9, inSync: true)));
    }

    private static VolumeReplacement Replacement(int port, bool inSync) => new(
        new IPEndPoint(IPAddress.Loopback, 1), new IPEndPoint(IPAddress.Loopback, port), new RegionSlot(First, new ClientId(1)), inSync);

    private IEnumerable<bool> Replacements(VolumeReplacement? last) => _watch
        .Look(new VolumeRecord(new VcrText("{}"), new VcrRevision(1), VcrOrigin.Created, last, []))
        .Cast<ServiceEvent.ReplacementChanged>()
        .Select(e => e.IsInSync);

    private List<ServiceEvent> Look(RegionSetStatus status) => [.. _watch.Look(First, status)];

    private List<(RepairChange, int?)> Repairs(RegionSetStatus status) =>
        [.. Look(status).OfType<ServiceEvent.RepairChanged>().Select(e => (e.Change, e.Progress?.ExtentsDone))];

    private static RegionSetStatus Completed(ulong repairs) =>
        Status() with { Slots = Status().Slots.SetItem(1, Slot(1) with { LiveRepairsCompleted = repairs }) };

    private static RegionSetStatus Status() => new(
        UpstairsState.Active, null, new UpstairsId(Guid.Empty), new SessionId(Guid.Empty), new Generation(1), false, false, 512,
        [Slot(0), Slot(1), Slot(2)], null, 0, 0, 0);

    private static SlotStatus Slot(byte slot) => new(
        new ClientId(slot), null, new IPEndPoint(IPAddress.Loopback, slot + 1), null, true, null, null, null,
        DateTimeOffset.UnixEpoch, null, 0, 0, 0, 0, 0, 0, true);
}
