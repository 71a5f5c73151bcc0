using Crucible.Core.Upstairs;

namespace Crucible.Core.Tests.Upstairs;

/// <summary>
/// What a new object of a region set is told by the one before: slots that were replaced and never whole since.
/// </summary>
public class UnsyncedTests
{
    [Fact]
    public void Last_slot_that_was_not_replaced_cannot_be_even_by_a_new_object()
    {
        var bench = new Bench(unsynced: [0, 2]);
        var refused = Assert.IsType<ReplaceOutcome.Refused>(bench.Replace(Bench.At(2), Bench.At(9)));
        Assert.Equal(RefusalDuration.Permanent, refused.Duration);
        Assert.IsType<ReplaceOutcome.Started>(bench.Replace(Bench.At(1), Bench.At(9)));
    }

    [Fact]
    public void Slot_that_was_replaced_does_not_make_up_a_quorum_of_two()
    {
        var bench = new Bench(quorum: 2, unsynced: [0]);
        bench.Activate();
        bench.Negotiate(0);
        bench.Negotiate(1);
        Assert.Null(bench.Grace);
        bench.Negotiate(2);
        Assert.Equal(UpstairsState.Active, bench.State);
        Assert.All(bench.Status.Slots, slot => Assert.True(slot.InSync));
    }

    [Fact]
    public void Slot_is_not_called_in_sync_until_the_set_has_been_active()
    {
        var bench = new Bench(unsynced: [1]);
        Assert.Equal([true, false, true], bench.Status.Slots.Select(slot => slot.InSync));
        bench.Active();
        Assert.Equal([true, true, true], bench.Status.Slots.Select(slot => slot.InSync));
    }

    [Fact]
    public void Not_all_three_slots_can_be_out_of_sync() =>
        Assert.Throws<ArgumentException>(() => new Bench(unsynced: [0, 1, 2]));
}
