using Crucible.Core.Upstairs;
using Crucible.Wire;

namespace Crucible.Core.Tests.Upstairs;

public class ReplacementTests
{
    /// <summary>Every upstairs state with every way the replaced slot itself can be; the other two are well.</summary>
    public static TheoryData<string, int> Situations()
    {
        var data = new TheoryData<string, int>();
        foreach (var name in (string[])["initializing", "dialling", "delayed", "introducing", "promoting", "describing", "extents", "quorum", "active", "offline", "offline dialling", "faulted", "repair ready", "deactivating", "disabled"])
        {
            for (var slot = 0; slot < 3; slot++)
                data.Add(name, slot);
        }

        return data;
    }

    [Theory]
    [MemberData(nameof(Situations))]
    public void Replacement_is_started_at_once_in_every_state_of_the_replaced_slot(string situation, int slot)
    {
        var bench = In(situation, slot);
        var (old, next) = (Bench.At(slot + 1), Bench.At(9));
        var state = bench.State;
        var stale = bench.Connection(slot);
        Assert.IsType<ReplaceOutcome.Started>(bench.Replace(old, next));

        Assert.Equal(next, bench.Slot(slot).Target);
        Assert.Equal(0, bench.Slot(slot).JobsInFlight);
        Assert.False(bench.Slot(slot).InSync);
        Assert.Equal(new LastReplacement(old, next, Bench.Client(slot), InSync: false), bench.Status.LastReplacement);
        if (situation == "deactivating")
        {
            Assert.Equal(SlotStep.WaitConnect, bench.Slot(slot).Step);
            return;
        }

        Assert.Equal(state, bench.State);
        if (state is UpstairsState.GoActive or UpstairsState.Active)
        {
            // At once: no reconnect delay, and nothing of the old connection counts any more.
            var connect = Assert.Single(bench.Effects.OfType<UpstairsEffect.Connect>());
            Assert.Equal((Bench.Client(slot), next), (connect.Slot, connect.Target));
            Assert.NotEqual(stale, connect.Connection);
            Assert.Equal(state == UpstairsState.Active ? SlotMode.Replaced : SlotMode.New, bench.Slot(slot).Mode);
        }
        else
        {
            Assert.Equal((SlotMode.New, SlotStep.WaitConnect), (bench.Slot(slot).Mode, bench.Slot(slot).Step));
            Assert.DoesNotContain(bench.Effects, e => e is UpstairsEffect.Connect);
        }

        Assert.IsType<ReplaceOutcome.StartedAlready>(bench.Replace(old, next));
        Assert.IsType<ReplaceOutcome.Missing>(bench.Replace(Bench.At(77), Bench.At(78)));
        var other = Bench.At(((slot + 1) % 3) + 1);
        var refused = Assert.IsType<ReplaceOutcome.Refused>(bench.Replace(other, next));
        Assert.Equal((RefusalDuration.Permanent, CrucibleErrorKind.ReplaceRequestInvalid), (refused.Duration, refused.Error.Kind));
    }

    [Fact]
    public void Pending_activation_goes_on_with_the_new_target()
    {
        var bench = new Bench();
        var request = bench.Activate();
        bench.Negotiate(0);
        bench.Negotiate(2);
        bench.Lose(1);
        bench.Replace(Bench.At(2), Bench.At(9));
        Assert.Equal(Bench.At(9), bench.Dialled(1));
        bench.Negotiate(1, region: Bench.Definition(9));
        bench.AssertOk(request);
        Assert.True(bench.Status.LastReplacement?.InSync);
        Assert.IsType<ReplaceOutcome.CompletedAlready>(bench.Replace(Bench.At(2), Bench.At(9)));
    }

    [Fact]
    public void Reconnect_timer_of_the_old_target_is_stale()
    {
        var bench = new Bench();
        bench.Activate();
        bench.Lose(1);
        var timer = bench.Delayed(1);
        bench.Replace(Bench.At(2), Bench.At(9));
        bench.Do(new UpstairsInput.ReconnectDue(Bench.Client(1), timer!.Value));
        Assert.Empty(bench.Effects);
        Assert.Equal(Bench.At(9), bench.Dialled(1));
    }

    [Fact]
    public void Replaced_slot_of_an_active_region_set_is_repaired_while_two_go_on_serving()
    {
        var bench = new Bench().Active();
        var read = bench.Read(0);
        bench.Replace(Bench.At(2), Bench.At(9));
        bench.Negotiate(1, region: Bench.Definition(9));
        Assert.Equal((SlotMode.Replaced, SlotStep.LiveRepair), (bench.Slot(1).Mode, bench.Slot(1).Step));
        bench.Ack(0, new JobId(1000));
        bench.AssertOk(read);
        bench.AssertOk(bench.Write(Bench.BlocksPerExtent));
        Assert.DoesNotContain(bench.Sent(1), message => message is Message.Write);
        Assert.False(bench.Slot(1).Active);
        Assert.IsType<ReplaceOutcome.StartedAlready>(bench.Replace(Bench.At(2), Bench.At(9)));
    }

    [Fact]
    public void Replaced_slot_stays_replaced_through_failed_connections()
    {
        var bench = new Bench().Active();
        bench.Replace(Bench.At(2), Bench.At(9));
        for (var i = 0; i < 3; i++)
        {
            bench.Lose(1);
            Assert.Equal(SlotMode.Replaced, bench.Slot(1).Mode);
            bench.ReconnectDue(1);
        }

        bench.Negotiate(1, region: Bench.Definition(9));
        Assert.Equal(SlotStep.LiveRepair, bench.Slot(1).Step);
    }

    [Fact]
    public void Slot_that_was_faulted_a_moment_ago_is_treated_as_replaced()
    {
        var bench = In("faulted", 1);
        bench.Replace(Bench.At(2), Bench.At(9));
        bench.Negotiate(1, region: Bench.Definition(9));
        Assert.Equal((SlotMode.Replaced, SlotStep.LiveRepair), (bench.Slot(1).Mode, bench.Slot(1).Step));
    }

    [Fact]
    public void Second_slot_is_refused_for_now_while_the_first_is_not_whole()
    {
        foreach (var situation in (string[])["offline", "faulted", "repair ready"])
        {
            var bench = In(situation, 0);
            var refused = Assert.IsType<ReplaceOutcome.Refused>(bench.Replace(Bench.At(2), Bench.At(9)));
            Assert.Equal(RefusalDuration.Temporary, refused.Duration);
            Assert.Equal(Bench.At(2), bench.Slot(1).Target);
        }

        var replaced = new Bench().Active();
        replaced.Replace(Bench.At(1), Bench.At(8));
        var again = Assert.IsType<ReplaceOutcome.Refused>(replaced.Replace(Bench.At(2), Bench.At(9)));
        Assert.Equal(RefusalDuration.Temporary, again.Duration);
    }

    [Fact]
    public void Address_already_in_use_is_refused_for_good_in_both_orders_and_with_itself()
    {
        var bench = new Bench().Active();
        foreach (var (old, next) in (ReadOnlySpan<(int, int)>)[(1, 2), (2, 1), (1, 1)])
        {
            var refused = Assert.IsType<ReplaceOutcome.Refused>(bench.Replace(Bench.At(old), Bench.At(next)));
            Assert.Equal(RefusalDuration.Permanent, refused.Duration);
        }
    }

    [Fact]
    public void Two_dead_slots_may_be_replaced_before_activation_and_the_third_may_not()
    {
        foreach (var order in (int[][])[[0, 1, 2], [0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]])
        {
            var bench = new Bench();
            bench.Activate();
            Assert.IsType<ReplaceOutcome.Started>(bench.Replace(Bench.At(order[0] + 1), Bench.At(10)));
            Assert.IsType<ReplaceOutcome.Started>(bench.Replace(Bench.At(order[1] + 1), Bench.At(11)));
            var refused = Assert.IsType<ReplaceOutcome.Refused>(bench.Replace(Bench.At(order[2] + 1), Bench.At(12)));
            Assert.Equal(RefusalDuration.Permanent, refused.Duration);
            Assert.IsType<ReplaceOutcome.Started>(bench.Replace(Bench.At(10), Bench.At(13)));
        }
    }

    [Fact]
    public void Third_slot_may_be_replaced_once_the_copies_were_in_sync_again()
    {
        var bench = new Bench();
        bench.Replace(Bench.At(1), Bench.At(10));
        bench.Replace(Bench.At(2), Bench.At(11));
        bench.Active();
        bench.Deactivate();
        Assert.IsType<ReplaceOutcome.Started>(bench.Replace(Bench.At(3), Bench.At(12)));
    }

    [Fact]
    public void Last_copy_of_what_was_flushed_is_kept_in_every_state_and_one_that_has_only_unflushed_writes_is_not()
    {
        // Slot 0 missed a write that a flush covered, and slot 1 got another server: only slot 2 has it all.
        var bench = new Bench().Active();
        bench.Write(0);
        bench.Ack(0, new JobId(1000), CrucibleError.Io("disk"));
        var flush = bench.Flush();
        foreach (var slot in (int[])[1, 2])
        {
            bench.Ack(slot, new JobId(1000));
            bench.Ack(slot, new JobId(1001));
        }

        bench.AssertOk(flush);
        bench.Lose(1);
        Assert.IsType<ReplaceOutcome.Started>(bench.Replace(Bench.At(2), Bench.At(8)));
        AssertRefusedForGood(bench, 3);
        bench.Do(new UpstairsInput.ForceDeactivate());
        AssertRefusedForGood(bench, 3);
        Assert.IsType<ReplaceOutcome.Started>(bench.Replace(Bench.At(1), Bench.At(9)));
        AssertRefusedForGood(bench, 3);

        // Here the flush failed, so the guest knows: what only slot 2 has need not be kept once nobody is served.
        bench = new Bench().Active();
        bench.Write(0);
        bench.Ack(0, new JobId(1000), CrucibleError.Io("disk"));
        bench.Ack(1, new JobId(1000), CrucibleError.Io("disk"));
        AssertRefusedForGood(bench, 3);
        bench.Do(new UpstairsInput.ForceDeactivate());
        Assert.IsType<ReplaceOutcome.Started>(bench.Replace(Bench.At(3), Bench.At(9)));
    }

    [Fact]
    public void Dead_slot_is_replaced_although_another_waits_for_repair_when_a_good_copy_serves()
    {
        foreach (var situation in (string[])["faulted", "repair ready"])
        {
            var bench = In(situation, 0);
            bench.Lose(1);
            Assert.IsType<ReplaceOutcome.Started>(bench.Replace(Bench.At(2), Bench.At(9)));
            Assert.True(bench.Slot(2).Active);
            AssertRefusedForGood(bench, 3);
        }
    }

    private static void AssertRefusedForGood(Bench bench, int port)
    {
        var refused = Assert.IsType<ReplaceOutcome.Refused>(bench.Replace(Bench.At(port), Bench.At(70)));
        Assert.Equal(RefusalDuration.Permanent, refused.Duration);
    }

    [Fact]
    public void Read_only_slot_is_replaced_by_a_clone_without_copying()
    {
        var bench = new Bench(readOnly: true).Active();
        Assert.IsType<ReplaceOutcome.Started>(bench.Replace(Bench.At(2), Bench.At(9)));
        bench.Negotiate(1, region: Bench.Definition(9));
        Assert.True(bench.Slot(1).Active);
        bench.Read(0);
        Assert.Single(bench.JobsSent(1));
    }

    [Fact]
    public void Read_only_slot_replaced_during_activation_is_accepted_after_another_activated()
    {
        var bench = new Bench(readOnly: true);
        bench.Activate();
        bench.NegotiateToRegion(1);
        bench.Replace(Bench.At(2), Bench.At(9));
        bench.Negotiate(0);
        Assert.Equal(UpstairsState.Active, bench.State);
        bench.Negotiate(1, region: Bench.Definition(9));
        Assert.True(bench.Slot(1).Active);
    }

    private static Bench In(string situation, int slot)
    {
        var others = Enumerable.Range(0, 3).Where(s => s != slot).ToArray();
        var bench = new Bench();
        switch (situation)
        {
            case "initializing":
                return bench;
            case "dialling" or "delayed" or "introducing" or "promoting" or "describing" or "extents":
                bench.Activate();
                Array.ForEach(others, s => bench.Negotiate(s));
                Advance(bench, slot, situation);
                return bench;
            case "quorum":
                bench.Activate();
                bench.Negotiate(slot);
                return bench;
            case "disabled":
                bench.Active();
                bench.Say(slot, new Message.YouAreNoLongerActive(Bench.OtherIds, new Generation(2)));
                return bench;
        }

        bench.Active();
        bench.Write(0);
        switch (situation)
        {
            case "offline dialling":
                bench.Lose(slot);
                bench.ReconnectDue(slot);
                break;
            case "offline":
                bench.Lose(slot);
                break;
            case "faulted" or "repair ready":
                bench.Ack(slot, new JobId(1000), CrucibleError.Io("disk"));
                if (situation == "repair ready")
                {
                    bench.ReconnectDue(slot);
                    bench.Negotiate(slot);
                }

                break;
            case "deactivating":
                bench.Deactivate();
                break;
        }

        return bench;
    }

    private static void Advance(Bench bench, int slot, string situation)
    {
        if (situation == "delayed")
            bench.Lose(slot);
        if (situation is "dialling" or "delayed")
            return;
        bench.Connected(slot);
        if (situation == "introducing")
            return;
        bench.Say(slot, new Message.YesItsMe(ProtocolLimits.Version, Bench.At(50)));
        if (situation == "promoting")
            return;
        bench.Say(slot, new Message.YouAreNowActive(Bench.Ids, new Generation(1)));
        if (situation == "describing")
            return;
        bench.Say(slot, new Message.RegionInfo(Bench.Definition(slot)));
    }
}
