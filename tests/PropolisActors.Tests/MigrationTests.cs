using System.Collections.Immutable;
using Akka.Actor;
using Akka.TestKit;
using Propolis.Core.Lifecycle;
using Propolis.Core.Migration;
using Propolis.Core.Spec;
using PropolisActors.Protocols;

namespace PropolisActors.Tests;

/// <summary>One end of a migration with its VM, its disks and its machine. The test is the other end.</summary>
public sealed class MigrationTests : VmTestKit
{
    private static readonly Guid Id = Guid.Parse("dddddddd-0000-4000-8000-000000000003");
    private static readonly MigrationFrame Okay = new MigrationFrame.Okay();
    private readonly TestProbe _link;

    public MigrationTests() => _link = CreateTestProbe();

    [Fact]
    public void Source_hands_its_guest_over_and_ends_destroyed_with_the_status_finish()
    {
        EnsureRunning();
        GuestToTheDisks();

        Say(new MigrationFrame.Serialized(MigrationText.OfGeneration(5)));
        Hear<MigrationFrame.Okay>();
        Say(Okay);

        Hear<MigrationFrame.Okay>();
        var end = Until(InstanceState.Destroyed);
        Assert.Equal(new MigrationStatus(Id, MigrationState.Finish), end.Migrations.Out);
        Directory.Tell(new VmProtocol.GetVms());
        Assert.Equal(VmEnd.MigratedOut, ExpectMsg<VmProtocol.VmList>().Vms.Single().Outcome!.How);
    }

    [Fact]
    public void Source_takes_a_replacement_while_its_disks_are_handed_over_and_hands_it_over_too()
    {
        EnsureRunning();
        GuestToTheDisks();
        var corrected = Vcr(Alpha, 3, 1, 2, 9);
        Replace(Alpha, corrected);
        ExpectMsg<VmProtocol.VcrReplaced>();

        Say(new MigrationFrame.Serialized(MigrationText.OfGeneration(5)));
        Hear<MigrationFrame.Okay>();
        Say(Okay);

        var again = MigrationText.ReadDisks(Hear<MigrationFrame.Serialized>().Text)!;
        Assert.Equal(corrected, again.Single(disk => disk.Disk == SpecKey.Of(Alpha)).VcrJson);
    }

    [Fact]
    public void Source_whose_target_vanishes_with_the_disks_takes_them_back_with_a_newer_generation_and_runs_on()
    {
        EnsureRunning();
        var migration = GuestToTheDisks();
        Say(new MigrationFrame.Serialized(MigrationText.OfGeneration(5)));
        Hear<MigrationFrame.Okay>();

        migration.Tell(new MigrationProtocol.LinkLost("gone"));

        var running = Until(InstanceState.Running, after: 4);
        Assert.Equal(new MigrationStatus(Id, MigrationState.Error), running.Migrations.Out);
        Assert.Equal((6UL, 6UL), (Volumes[Alpha].LastGeneration.Value, Volumes[Beta].LastGeneration.Value));
        Assert.Equal(1, Machine.Resumes);
    }

    [Fact]
    public void Source_whose_target_vanishes_before_it_had_the_disks_leaves_them_as_they_are()
    {
        EnsureRunning();
        var migration = GuestToTheDisks();

        migration.Tell(new MigrationProtocol.LinkLost("gone"));

        Until(InstanceState.Running, after: 4);
        Assert.Equal((1, 1), (Volumes[Alpha].Activations, Machine.Resumes));
    }

    [Fact]
    public void Source_that_waits_too_long_gives_up()
    {
        EnsureRunning();
        GuestToTheDisks();

        Scheduler.Advance(2 * MigrationLimits.Default.Step);

        Assert.Contains("no progress", Hear<MigrationFrame.Error>().Text, StringComparison.Ordinal);
        Until(InstanceState.Running, after: 4);
    }

    [Fact]
    public void Vm_that_does_not_run_or_leaves_already_refuses_by_closing_the_way()
    {
        Ensure();
        Directory.Tell(new VmProtocol.MigrateOut(Vm, Id, _link.Ref));
        ExpectMsg<VmProtocol.MigratingOut>();
        _link.ExpectMsg<MigrationProtocol.Close>();
        Assert.Null(Monitor(0).Migrations.Out);
    }

    [Fact]
    public void Target_builds_takes_and_runs_the_guest_and_takes_replacements_meanwhile()
    {
        var migration = TargetToTheDisks();
        Replace(Beta, Vcr(Beta, 3, 4, 5, 9));
        ExpectMsg<VmProtocol.VcrReplaced>();
        Say(migration, new MigrationFrame.Serialized(MigrationText.OfDisks(
        [
            new HandOverDisk(SpecKey.Of(Alpha), Vcr(Alpha, 4, 1, 2, 8), 2, 1),
            new HandOverDisk(SpecKey.Of(Beta), Vcr(Beta, 1, 4, 5, 6), 1, 1),
        ])));
        Assert.Equal(4UL, MigrationText.ReadGeneration(Hear<MigrationFrame.Serialized>().Text));
        Say(migration, Okay);
        Volumes[Alpha].BecomeActive();
        Volumes[Beta].BecomeActive();
        Hear<MigrationFrame.Okay>();
        Assert.Equal(InstanceState.Migrating, Monitor(0).State);

        Say(migration, Okay);

        var running = Until(InstanceState.Running);
        Assert.Equal(new MigrationStatus(Id, MigrationState.Finish), running.Migrations.In);
        Assert.Equal((0, 1), (Machine.Starts, Machine.Resumes));
        Assert.Equal("state", Machine.Imported!.Devices.Single().Payload);
        Assert.Equal((4UL, 3UL), (Volumes[Alpha].LastGeneration.Value, Volumes[Beta].LastGeneration.Value));
        Assert.Equal(8, Volumes[Alpha].Replaced.Single().New.Port);
    }

    [Fact]
    public void Target_whose_source_gives_up_fails_with_its_words()
    {
        var migration = TargetToTheDisks();

        Say(migration, new MigrationFrame.Error("changed my mind"));

        Until(InstanceState.Failed);
        Directory.Tell(new VmProtocol.GetInstance(Vm));
        Assert.Contains("changed my mind", ExpectMsg<VmProtocol.Instance>().FailureReason, StringComparison.Ordinal);
    }

    [Fact]
    public void Target_whose_source_cannot_be_reached_fails_at_generation_2_and_a_new_one_may_follow()
    {
        var migration = Arrive();
        Directory.Tell(new VmProtocol.GetInstance(Vm));
        Assert.Null(ExpectMsg<VmProtocol.Instance>().Spec);

        migration.Tell(new MigrationProtocol.LinkLost("nobody there"));

        Assert.Equal(500, ExpectRefused().Status);
        var failed = Until(InstanceState.Failed);
        Assert.Equal(2UL, failed.Gen);
        Ensure();
    }

    /// <summary>Leads the source's end to where it has offered its disks.</summary>
    private IActorRef GuestToTheDisks()
    {
        Directory.Tell(new VmProtocol.MigrateOut(Vm, Id, _link.Ref));
        var migration = ExpectMsg<VmProtocol.MigratingOut>().Migration;
        migration.Tell(new MigrationProtocol.Word(MigrationDialects.Offer));
        Assert.Equal(MigrationDialects.Word(MigrationDialect.HandOver), HearWord());
        Hear<MigrationFrame.Serialized>();
        _source = migration;
        Say(Okay);
        Say(new MigrationFrame.MemQuery(0, 1 << 20));
        Hear<MigrationFrame.MemEnd>();
        Say(new MigrationFrame.MemDone());
        Say(new MigrationFrame.MemQuery(0, 1 << 20));
        var offer = Hear<MigrationFrame.MemOffer>();
        Hear<MigrationFrame.MemEnd>();
        Say(new MigrationFrame.MemFetch(offer.Pages));
        Hear<MigrationFrame.MemXfer>();
        Hear<MigrationFrame.Page>();
        Say(new MigrationFrame.MemDone());
        Hear<MigrationFrame.Serialized>();
        Say(Okay);
        Hear<MigrationFrame.Serialized>();
        Hear<MigrationFrame.Okay>();
        Say(Okay);
        Say(new MigrationFrame.MemQuery(0, 1 << 20));
        Hear<MigrationFrame.MemEnd>();
        Say(new MigrationFrame.MemDone());
        Say(new MigrationFrame.Serialized(MigrationText.OfText("10.0.0.2:12400")));
        Hear<MigrationFrame.Serialized>();
        Say(Okay);
        Assert.Equal(2, MigrationText.ReadDisks(Hear<MigrationFrame.Serialized>().Text)!.Count);
        return migration;
    }

    private IActorRef? _source;

    private IActorRef Arrive()
    {
        var ensure = EnsureCommand();
        var components = ImmutableSortedDictionary<SpecKey, Component>.Empty
            .Add(SpecKey.Of(Alpha), new Component.CrucibleStorageBackend(Vcr(Alpha, 2, 1, 2, 3), false));
        Directory.Tell(new VmProtocol.MigrateIn(Vm, ensure.Properties,
            new InstanceInit.MigrationTarget(Id, new System.Net.IPEndPoint(1, 1), components), "10.0.0.2:12400", _link.Ref));
        _link.ExpectMsg<MigrationProtocol.Connect>();
        return _link.LastSender;
    }

    /// <summary>Leads the target's end to where it waits for the source's disks.</summary>
    private IActorRef TargetToTheDisks()
    {
        var migration = Arrive();
        migration.Tell(new MigrationProtocol.LinkOpen());
        Assert.Equal(MigrationDialects.Offer, HearWord());
        migration.Tell(new MigrationProtocol.Word(MigrationDialects.Word(MigrationDialect.HandOver)));
        Say(migration, new MigrationFrame.Serialized(MigrationText.OfSpec(EnsureCommand().Spec.Spec, MigrationDialect.HandOver)));
        ExpectMsg<VmProtocol.Ensured>();
        Hear<MigrationFrame.Okay>();
        Hear<MigrationFrame.MemQuery>();
        Say(migration, new MigrationFrame.MemEnd(0, 1 << 20));
        Hear<MigrationFrame.MemDone>();
        Hear<MigrationFrame.MemQuery>();
        var pages = PageRange.All(0, GuestPages.PageBytes);
        Say(migration, new MigrationFrame.MemOffer(pages));
        Say(migration, new MigrationFrame.MemEnd(0, 1 << 20));
        Hear<MigrationFrame.MemFetch>();
        Say(migration, new MigrationFrame.MemXfer(pages));
        Say(migration, new MigrationFrame.Page(new byte[GuestPages.PageBytes]));
        Hear<MigrationFrame.MemDone>();
        Say(migration, new MigrationFrame.Serialized(MigrationText.OfText("now")));
        Hear<MigrationFrame.Okay>();
        Say(migration, new MigrationFrame.Serialized(MigrationText.OfDevices([new DeviceState("com1", "state")])));
        Say(migration, Okay);
        Hear<MigrationFrame.Okay>();
        Hear<MigrationFrame.MemQuery>();
        Say(migration, new MigrationFrame.MemEnd(0, 1 << 20));
        Hear<MigrationFrame.MemDone>();
        Hear<MigrationFrame.Serialized>();
        Say(migration, new MigrationFrame.Serialized(MigrationText.OfHistory(new Propolis.Core.Serial.SerialKept(0, [], []))));
        Hear<MigrationFrame.Okay>();
        return migration;
    }

    private void Say(MigrationFrame frame) => Say(_source!, frame);

    private static void Say(IActorRef migration, MigrationFrame frame) => migration.Tell(new MigrationProtocol.Frame(frame));

    private string HearWord() =>
        _link.FishForMessage<MigrationProtocol.SendWord>(static _ => true).Text;

    private TFrame Hear<TFrame>()
        where TFrame : MigrationFrame =>
        Assert.IsType<TFrame>(_link.FishForMessage<MigrationProtocol.Send>(static _ => true).What);

    /// <summary>Follows the monitor to a state.</summary>
    private InstanceStateSnapshot Until(InstanceState state, ulong after = 0)
    {
        for (var gen = after; ;)
        {
            var seen = Monitor(gen);
            if (seen.State == state)
                return seen;
            gen = seen.Gen + 1;
        }
    }
}
