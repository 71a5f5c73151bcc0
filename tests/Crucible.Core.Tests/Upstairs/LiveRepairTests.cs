using Crucible.Core.Upstairs;
using Crucible.Wire;

namespace Crucible.Core.Tests.Upstairs;

/// <summary>
/// A slot is made whole while guests go on. Slot 1 is under repair, slot 2 is the source (the highest in service) and slot
/// 0 the other good copy, unless a test says otherwise. Four extents of ten blocks.
/// </summary>
public class LiveRepairTests
{
    private static readonly CrucibleError Failure = CrucibleError.Io("disk");

    [Fact]
    public void Every_extent_is_closed_copied_and_opened_again_and_a_flush_ends_the_repair()
    {
        var bench = Repairing(out var first);
        for (uint extent = 0; extent < 4; extent++)
        {
            var (close, repair, noop, reopen) = Ids(first, extent);
            for (var slot = 0; slot < 3; slot++)
            {
                // The reopen goes out first: it waits for what comes later, and for the close alone on slot 0, which has
                // no part in the copying.
                var opening = Assert.IsType<Message.ExtentLiveReopen>(bench.Sent(slot)[^2]);
                Assert.Equal((reopen, new ExtentId(extent)), (opening.Job, opening.Extent));
                Assert.Equal([slot == 0 ? close : noop], opening.Dependencies);
            }

            var closing = Assert.IsType<Message.ExtentLiveFlushClose>(bench.LastSent(2));
            Assert.Equal((close, new ExtentId(extent), 1UL), (closing.Job, closing.Extent, closing.Generation.Value));
            Assert.IsType<Message.ExtentLiveFlushClose>(bench.LastSent(0));
            Assert.IsType<Message.ExtentLiveClose>(bench.LastSent(1));

            Closed(bench, 0, close, State(1, 5));
            Closed(bench, 2, close, State(1, 5));
            Closed(bench, 1, close, State(0, 0));
            var copy = Assert.IsType<Message.ExtentLiveRepair>(bench.LastSent(1));
            Assert.Equal((repair, new ExtentId(extent), new ClientId(2), Bench.At(102)), (copy.Job, copy.Extent, copy.SourceClient, copy.SourceRepairAddress));
            Assert.Equal([close], copy.Dependencies);
            Assert.Equal(repair, Assert.IsType<Message.ExtentLiveNoOp>(bench.LastSent(0)).Job);
            Assert.Equal(repair, Assert.IsType<Message.ExtentLiveNoOp>(bench.LastSent(2)).Job);

            bench.AckEverywhere(repair);
            for (var slot = 0; slot < 3; slot++)
            {
                var past = Assert.IsType<Message.ExtentLiveNoOp>(bench.LastSent(slot));
                Assert.Equal(noop, past.Job);
                Assert.Equal(slot == 0 ? [] : [repair], past.Dependencies);
            }

            bench.AckEverywhere(noop);
            Assert.Equal((int)extent, bench.Status.LiveRepair!.ExtentsDone);
            bench.AckEverywhere(reopen);
        }

        var flush = Assert.IsType<Message.Flush>(bench.LastSent(1));
        bench.Ack(0, flush.Job);
        bench.Ack(2, flush.Job);
        Assert.False(bench.Slot(1).Active);  // Two have answered; the repaired one must have flushed too.
        bench.Ack(1, flush.Job);
        Assert.True(bench.Slot(1) is { Active: true, InSync: true, ExtentsRepaired: 4, LiveRepairsCompleted: 1 });
        Assert.Null(bench.Status.LiveRepair);
        Assert.Equal(0, bench.Status.JobsBuffered);
    }

    [Fact]
    public void Good_copy_that_is_no_source_reads_an_extent_while_it_is_copied()
    {
        var bench = Repairing(out var first);
        var (close, repair, noop, reopen) = Ids(first, 0);
        bench.AckEverywhere(close);
        bench.Ack(0, reopen);
        var read = bench.Read(5);
        var job = bench.JobsSent(0)[^1];
        Assert.Equal([reopen], DependenciesOf(bench, 0, job));
        bench.Ack(0, job);
        bench.AssertOk(read);

        // It may do a flush now, and forgets with it what was done before. Nothing that comes later may name that to it.
        bench.Flush();
        bench.Ack(0, bench.JobsSent(0)[^1]);
        bench.AckEverywhere(repair);
        Assert.Equal(noop, bench.JobsSent(0)[^1]);
        Assert.Empty(DependenciesOf(bench, 0, noop));
        Assert.Equal([repair], DependenciesOf(bench, 2, noop));
    }

    [Fact]
    public void Repair_that_breaks_off_leaves_nothing_to_a_copy_that_opened_the_extent_and_flushed_since()
    {
        var bench = Repairing(out var first);
        var (close, repair, noop, reopen) = Ids(first, 0);
        bench.AckEverywhere(close);
        bench.Ack(0, reopen);
        bench.Flush();
        bench.Ack(0, bench.JobsSent(0)[^1]);
        bench.Lose(1);
        foreach (var job in (JobId[])[repair, noop])
        {
            Assert.Contains(job, bench.JobsSent(0));
            Assert.Empty(DependenciesOf(bench, 0, job));
        }
    }

    // What the slot under repair has when it closes the extent, against (2, 7, clean) at the source.
    [Theory]
    [InlineData(2, 7, false, false)]
    [InlineData(2, 7, true, true)]
    [InlineData(1, 7, false, true)]
    [InlineData(3, 7, false, true)]
    [InlineData(2, 6, false, true)]
    [InlineData(2, 8, false, true)]
    [InlineData(1, 8, true, true)]
    public void Extent_is_copied_exactly_when_it_differs(ulong generation, ulong flush, bool dirty, bool copied)
    {
        var bench = Repairing(out var first);
        Closed(bench, 0, first, State(2, 7));
        Closed(bench, 1, first, State(generation, flush, dirty));
        Closed(bench, 2, first, State(2, 7));
        Assert.Equal(copied, bench.LastSent(1) is Message.ExtentLiveRepair);
        Assert.Equal(copied ? (1UL, 0UL) : (0, 1), (bench.Slot(1).ExtentsRepaired, bench.Slot(1).ExtentsConfirmed));
        bench.AckEverywhere(new JobId(first.Value + 1));
        Assert.Equal(new JobId(first.Value + 2), ModelDownstairs.IdOf(bench.LastSent(1)));
    }

    [Fact]
    public void Slot_that_becomes_ready_during_a_repair_waits_for_the_next()
    {
        var bench = new Bench().Active();
        bench.Write(0);
        foreach (var slot in (int[])[0, 1])
            bench.Ack(slot, new JobId(1000), Failure);
        bench.Ack(2, new JobId(1000));
        bench.ReconnectDue(0);
        bench.Negotiate(0);
        Assert.Equal(SlotStep.LiveRepair, bench.Slot(0).Step);

        // Slot 1 comes while slot 0 is under repair: it waits for the next one.
        bench.ReconnectDue(1);
        bench.Negotiate(1);
        Assert.Equal(SlotStep.LiveRepairReady, bench.Slot(1).Step);
        bench.Lose(0);
        bench.ReconnectDue(0);
        bench.Negotiate(0);

        // The one that was left alone began its own repair, which the other joins only after it.
        Assert.Equal((SlotStep.LiveRepairReady, SlotStep.LiveRepair), (bench.Slot(0).Step, bench.Slot(1).Step));
        RunToEnd(bench);
        Assert.All(bench.Status.Slots, slot => Assert.True(slot.Active));
    }

    [Fact]
    public void Both_slots_that_are_ready_are_taken_at_once()
    {
        var bench = new Bench().Active();
        bench.Write(0);
        foreach (var slot in (int[])[0, 1, 2])
            bench.Ack(slot, new JobId(1000), slot < 2 ? Failure : null);
        bench.Lose(2);
        foreach (var slot in (int[])[0, 1])
        {
            bench.ReconnectDue(slot);
            bench.Negotiate(slot);
            Assert.Equal(SlotStep.LiveRepairReady, bench.Slot(slot).Step);
        }

        bench.ReconnectDue(2);
        bench.NegotiateToRegion(2);
        Assert.Equal((SlotStep.LiveRepair, SlotStep.LiveRepair, true), (bench.Slot(0).Step, bench.Slot(1).Step, bench.Slot(2).Active));
        var close = new JobId(1001);
        Closed(bench, 2, close, State(2, 7));
        Closed(bench, 0, close, State(2, 7));
        Closed(bench, 1, close, State(1, 7));
        Assert.IsType<Message.ExtentLiveNoOp>(bench.LastSent(0));
        Assert.IsType<Message.ExtentLiveRepair>(bench.LastSent(1));
    }

    [Fact]
    public void Io_below_the_frontier_is_sent_at_it_waits_for_the_reopen_and_above_it_is_left_to_the_copy()
    {
        var bench = Repairing(out var first);
        FinishExtent(bench, first);
        var reopen = Ids(first, 1).Reopen;

        var below = WriteJob(bench, 5);
        Assert.Contains(below, bench.JobsSent(1));
        Assert.Equal([Ids(first, 0).Reopen], DependenciesOf(bench, 1, below));  // Done, and not forgotten yet.
        var at = WriteJob(bench, 15);
        Assert.Equal([reopen], DependenciesOf(bench, 1, at));
        Assert.Equal([reopen], DependenciesOf(bench, 0, at));
        var above = WriteJob(bench, 25);
        Assert.DoesNotContain(above, bench.JobsSent(1));
        Assert.Contains(above, bench.JobsSent(0));

        // The closing of that extent waits for it on the good copies, and on the other it was never sent.
        FinishExtent(bench, Ids(first, 1).Close);
        var close = ModelDownstairs.IdOf(bench.LastSent(0))!.Value;
        Assert.Equal([above], DependenciesOf(bench, 0, close));
        Assert.Empty(DependenciesOf(bench, 1, close));
    }

    [Fact]
    public void Io_across_the_frontier_takes_ids_for_what_it_reaches_before_its_own()
    {
        var bench = Repairing(out var first);
        var (_, _, _, reopen) = Ids(first, 0);
        var job = WriteJob(bench, 5, 20);
        var ahead = (ulong[])[first.Value + 4, first.Value + 8];
        Assert.Equal(first.Value + 12, job.Value);
        JobId[] waits = [reopen, new(ahead[0] + 3), new(ahead[1] + 3)];
        Assert.Equal(waits, DependenciesOf(bench, 1, job));
        Assert.Equal(waits, DependenciesOf(bench, 0, job));

        // What is at or below the last extent with ids is sent from now on, whole or in part; the rest is not.
        Assert.Contains(WriteJob(bench, 29), bench.JobsSent(1));
        Assert.DoesNotContain(WriteJob(bench, 30), bench.JobsSent(1));
        bench.Flush();
        Assert.Equal(new ExtentId(2), Assert.IsType<Message.Flush>(bench.LastSent(1)).ExtentLimit);
        Assert.Null(Assert.IsType<Message.Flush>(bench.LastSent(0)).ExtentLimit);

        // When the frontier comes there, it uses those ids.
        FinishExtent(bench, first);
        Assert.Equal(new JobId(ahead[0]), ModelDownstairs.IdOf(bench.LastSent(0)));
        FinishExtent(bench, new JobId(ahead[0]));
        Assert.Equal(new JobId(ahead[1]), ModelDownstairs.IdOf(bench.LastSent(0)));
    }

    [Fact]
    public void Numbers_of_flushes_rise_with_the_order_in_which_they_are_done()
    {
        // Extent 1 is flushed as it is closed, before a flush that was created earlier and waits for it. Had the closing
        // the higher number, what it closed would win over what was written and flushed after it.
        var bench = Repairing(out var first);
        WriteJob(bench, 9, 2);
        bench.Flush();
        var later = Assert.IsType<Message.Flush>(bench.LastSent(0)).FlushNumber.Value;
        FinishExtent(bench, first);
        var close = Assert.IsType<Message.ExtentLiveFlushClose>(bench.LastSent(0));
        Assert.Equal((new JobId(first.Value + 4), new ExtentId(1)), (close.Job, close.Extent));
        Assert.True(close.FlushNumber.Value < later);
    }

    [Fact]
    public void Read_that_begins_in_an_extent_with_ids_and_reaches_beyond_takes_ids_too()
    {
        var bench = Repairing(out var first);
        WriteJob(bench, 22);                       // Extent 2: not sent to slot 1.
        var crossing = WriteJob(bench, 9, 2);      // Extents 0 and 1: takes ids for extent 1.
        Assert.Contains(crossing, bench.JobsSent(1));
        bench.Read(19, 2);                         // Extents 1 and 2: must take ids for extent 2 and wait for them.
        var read = bench.JobsSent(1)[^1];
        var reopen2 = new JobId(read.Value - 1);
        Assert.Contains(reopen2, DependenciesOf(bench, 1, read));
    }

    [Fact]
    public void Jobs_sent_to_the_slot_under_repair_name_nothing_it_was_not_sent()
    {
        var bench = new Bench().Active();
        var before = WriteJob(bench, 0);
        bench.Ack(1, before, Failure);
        bench.ReconnectDue(1);
        bench.Negotiate(1);
        var above = WriteJob(bench, 35);
        bench.Flush();
        var flush = bench.LastSent(1);
        Assert.DoesNotContain(before, ModelDownstairs.DependenciesOf(flush));
        Assert.DoesNotContain(above, ModelDownstairs.DependenciesOf(flush));
        Assert.Contains(above, ModelDownstairs.DependenciesOf(bench.LastSent(0)));
        foreach (var message in bench.Sent(1).Where(m => ModelDownstairs.IdOf(m) is not null))
            Assert.All(ModelDownstairs.DependenciesOf(message), id => Assert.True(id.Value > before.Value));
    }

    [Fact]
    public void Follower_of_a_skipped_job_waits_for_the_flush_before_it()
    {
        // A server forgets what it did when it does a flush. Were the flush done after the close that no longer names it,
        // the copy would wait for ever for a close that is forgotten.
        var bench = Repairing(out var first);
        bench.Flush();
        var flush = ModelDownstairs.IdOf(bench.LastSent(1))!.Value;
        WriteJob(bench, 15);
        FinishExtent(bench, first);
        var close = ModelDownstairs.IdOf(bench.LastSent(1))!.Value;
        Assert.IsType<Message.ExtentLiveClose>(bench.LastSent(1));
        Assert.Equal([flush], DependenciesOf(bench, 1, close));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public void Failed_step_on_any_slot_ends_the_repair_faults_who_failed_and_resolves_every_id(int failing)
    {
        for (var step = 0; step < 4; step++)
        {
            foreach (var report in (bool[])[false, true])
            {
                var bench = Repairing(out var first);
                var crossing = WriteJob(bench, 5, 10);
                StopBefore(bench, first, step);
                var job = new JobId(first.Value + (ulong)step);
                if (report)
                    bench.Say(failing, new Message.ErrorReport(Bench.Ids, job, Failure));
                else
                    bench.Ack(failing, job, Failure);

                Assert.Equal(SlotMode.Faulted, bench.Slot(failing).Mode);
                Assert.Equal(SlotMode.Faulted, bench.Slot(1).Mode);
                Assert.Equal(1UL, bench.Slot(1).LiveRepairsAborted);
                Assert.Null(bench.Status.LiveRepair);

                // Each good copy that is left gets every id it was told to wait for, and a flush at the end.
                for (var slot = 0; slot < 3; slot += 2)
                {
                    if (slot == failing)
                        continue;
                    var sent = bench.JobsSent(slot);
                    foreach (var message in bench.Sent(slot))
                        Assert.All(ModelDownstairs.DependenciesOf(message), id => Assert.Contains(id, sent));
                    Assert.Contains(crossing, sent);
                    Assert.IsType<Message.Flush>(bench.LastSent(slot));
                }
            }
        }
    }

    [Fact]
    public void Repair_that_failed_starts_over_from_the_first_extent_and_ends()
    {
        var bench = Repairing(out var first);
        FinishExtent(bench, first);
        bench.Lose(1);
        bench.ReconnectDue(1);
        bench.Negotiate(1);
        Assert.Equal(0, bench.Status.LiveRepair!.ExtentsDone);
        Assert.Equal(new ExtentId(0), Assert.IsType<Message.ExtentLiveClose>(bench.LastSent(1)).Extent);
        RunToEnd(bench);
        Assert.True(bench.Slot(1).Active);
        Assert.Equal((1UL, 1UL), (bench.Slot(1).LiveRepairsAborted, bench.Slot(1).LiveRepairsCompleted));
    }

    [Fact]
    public void Source_that_drops_ends_the_repair_and_comes_back_by_repair_and_not_by_replay()
    {
        var bench = Repairing(out _);
        bench.Lose(2);
        Assert.Equal(SlotMode.Faulted, bench.Slot(2).Mode);
        Assert.Null(bench.Status.LiveRepair);
        Assert.True(bench.IsDialling(1));
        bench.Negotiate(1);
        Assert.Equal(SlotStep.LiveRepair, bench.Slot(1).Step);
        RunToEnd(bench);
        bench.ReconnectDue(2);
        bench.Negotiate(2);
        RunToEnd(bench);
        Assert.All(bench.Status.Slots, slot => Assert.True(slot.Active));
    }

    [Fact]
    public void Good_copy_that_is_no_source_may_drop_and_the_repair_goes_on_without_it()
    {
        var bench = Repairing(out _);
        bench.Lose(0);
        Assert.Equal(SlotMode.Faulted, bench.Slot(0).Mode);
        Assert.NotNull(bench.Status.LiveRepair);
        RunToEnd(bench);
        Assert.True(bench.Slot(1).Active);
    }

    [Fact]
    public void Slot_that_is_away_when_a_repair_starts_is_faulted_and_its_jobs_are_given_up()
    {
        var bench = new Bench().Active();
        WriteJob(bench, 0);
        bench.Ack(1, new JobId(1000), Failure);
        bench.Lose(0);
        var flush = bench.Flush();
        Assert.Equal(SlotMode.Offline, bench.Slot(0).Mode);
        bench.ReconnectDue(0);  // Its connection attempt goes on, and may succeed at once.
        bench.ReconnectDue(1);
        bench.Negotiate(1);
        Assert.Equal((SlotMode.Faulted, 0), (bench.Slot(0).Mode, bench.Slot(0).JobsInFlight));
        bench.Negotiate(0);
        Assert.Equal(SlotStep.LiveRepairReady, bench.Slot(0).Step);
        bench.AckEverywhere(new JobId(1000));
        bench.AckEverywhere(new JobId(1001));
        Assert.NotNull(bench.ErrorOf(flush));
        RunToEnd(bench);
        Assert.All(bench.Status.Slots, slot => Assert.True(slot.Active));
    }

    [Fact]
    public void Repair_jobs_are_never_sent_again()
    {
        // After a failed repair its ids are still under way on the good copies: one that drops now cannot be replayed.
        var bench = Repairing(out var first);
        bench.Lose(1);
        Assert.Contains(new JobId(first.Value + 1), bench.JobsSent(0));
        bench.Lose(0);
        Assert.Equal(SlotMode.Faulted, bench.Slot(0).Mode);

        // Once they are retired it can.
        bench = Repairing(out first);
        bench.Lose(1);
        Drain(bench, 0, 2);
        Assert.Equal(0, bench.Status.JobsBuffered);
        bench.Lose(0);
        Assert.Equal(SlotMode.Offline, bench.Slot(0).Mode);
    }

    [Fact]
    public void Participant_that_drops_before_its_final_flush_ends_consistent_and_without_replay()
    {
        foreach (var dropping in (int[])[0, 1, 2])
        {
            var bench = Repairing(out var first);
            for (uint extent = 0; extent < 4; extent++)
                FinishExtent(bench, Ids(first, extent).Close);
            var flush = Assert.IsType<Message.Flush>(bench.LastSent(1)).Job;
            foreach (var slot in Enumerable.Range(0, 3).Where(s => s != dropping))
                bench.Ack(slot, flush);
            bench.Lose(dropping);
            Assert.Equal(SlotMode.Faulted, bench.Slot(dropping).Mode);
            Assert.Equal(dropping != 1, bench.Slot(1).Active);
            bench.ReconnectDue(dropping);
            bench.Negotiate(dropping);
            Assert.DoesNotContain(bench.Sent(dropping), message => message is Message.LastFlush);
            RunToEnd(bench);
            Assert.All(bench.Status.Slots, slot => Assert.True(slot.Active));
        }
    }

    [Fact]
    public void Flush_on_a_slot_under_repair_does_not_stand_in_for_a_whole_copy()
    {
        var bench = Repairing(out _);
        var write = WriteJob(bench, 35);
        var flush = bench.Flush();
        var job = ModelDownstairs.IdOf(bench.LastSent(1))!.Value;
        bench.Ack(1, job);
        bench.Ack(0, write);
        bench.Ack(0, job);
        Assert.True(bench.IsOpen(flush));  // Two have it, but of these only slot 0 has the block in extent 3.
        bench.Ack(2, write);
        bench.Ack(2, job);
        bench.AssertOk(flush);
    }

    [Fact]
    public void Deactivation_during_a_repair_ends_the_repair_and_completes()
    {
        for (var step = 0; step < 4; step++)
        {
            var bench = Repairing(out var first);
            WriteJob(bench, 5, 10);
            StopBefore(bench, first, step);
            var request = bench.Deactivate();
            Assert.False(bench.IsConnected(1));
            Drain(bench, 0, 2);
            bench.AssertOk(request);
            Assert.Equal((UpstairsState.Initializing, 0), (bench.State, bench.Status.JobsBuffered));
        }
    }

    [Fact]
    public void Fence_and_force_during_a_repair_let_go_of_everything()
    {
        foreach (var fence in (bool[])[true, false])
        {
            var bench = Repairing(out _);
            bench.Read(5, 10);
            var flush = bench.Flush();
            if (fence)
                bench.Say(0, new Message.YouAreNoLongerActive(Bench.OtherIds, new Generation(9)));
            else
                bench.Do(new UpstairsInput.ForceDeactivate());
            Assert.NotNull(bench.ErrorOf(flush));
            Assert.Equal((0, (RepairProgress?)null), (bench.Status.JobsBuffered, bench.Status.LiveRepair));
            var again = bench.Activate(5);
            for (var slot = 0; slot < 3; slot++)
                bench.Negotiate(slot, Bench.Extents(1, 1));
            bench.AssertOk(again);
        }
    }

    [Fact]
    public void Replaced_slot_under_repair_starts_over_with_the_new_server_at_every_step()
    {
        for (var step = 0; step < 4; step++)
        {
            var bench = Repairing(out var first);
            StopBefore(bench, first, step);
            Assert.IsType<ReplaceOutcome.Started>(bench.Replace(Bench.At(2), Bench.At(9)));
            Assert.Equal((Bench.At(9), SlotMode.Replaced), (bench.Dialled(1), bench.Slot(1).Mode));
            Assert.IsType<ReplaceOutcome.StartedAlready>(bench.Replace(Bench.At(2), Bench.At(9)));
            bench.Negotiate(1, region: Bench.Definition(9));
            Assert.Equal(SlotStep.LiveRepair, bench.Slot(1).Step);
            Assert.IsType<ReplaceOutcome.StartedAlready>(bench.Replace(Bench.At(2), Bench.At(9)));
            RunToEnd(bench);
            Assert.IsType<ReplaceOutcome.CompletedAlready>(bench.Replace(Bench.At(2), Bench.At(9)));
        }
    }

    [Fact]
    public void Good_copy_cannot_be_replaced_while_another_slot_is_under_repair()
    {
        var bench = Repairing(out _);
        foreach (var good in (int[])[0, 2])
        {
            var refused = Assert.IsType<ReplaceOutcome.Refused>(bench.Replace(Bench.At(good + 1), Bench.At(9)));
            Assert.Equal(RefusalDuration.Temporary, refused.Duration);
        }

        Assert.NotNull(bench.Status.LiveRepair);
    }

    [Fact]
    public void Status_tells_the_extent_under_work_and_how_far_it_is()
    {
        var bench = Repairing(out var first);
        Assert.Equal(0u, bench.Slot(1).ExtentLimit);
        bench.Now += TimeSpan.FromSeconds(3);
        FinishExtent(bench, first);
        var progress = bench.Status.LiveRepair!;
        Assert.Equal((1, 4, 1, TimeSpan.FromSeconds(9)), (progress.ExtentsDone, progress.ExtentsNeeded, progress.ExtentsCopied, progress.Remaining));
        Assert.Equal((1u, true), (bench.Slot(1).ExtentLimit, bench.Status.Degraded));
        Assert.Equal("is being repaired from a slot in service", bench.Slot(1).WaitingFor);
    }

    [Fact]
    public void Reopen_answered_before_the_noop_is_caught_up_in_one_pass()
    {
        var bench = Repairing(out var first);
        StopBefore(bench, first, 2);
        var (_, _, noop, reopen) = Ids(first, 0);
        foreach (var slot in (int[])[0, 1])
        {
            bench.Ack(slot, noop);
            bench.Ack(slot, reopen);
        }

        bench.Ack(2, reopen);
        Assert.Equal(0, bench.Status.LiveRepair!.ExtentsDone);
        bench.Ack(2, noop);
        Assert.Equal(1, bench.Status.LiveRepair!.ExtentsDone);
    }

    [Fact]
    public void Noop_and_reopen_that_end_together_when_a_slot_is_lost_bring_the_next_extent()
    {
        // A flush behind them ends too, and lets both be forgotten before the repair looks at either.
        var bench = Repairing(out var first);
        bench.Flush();
        var flush = ModelDownstairs.IdOf(bench.LastSent(1))!.Value;
        StopBefore(bench, first, 2);
        var (_, _, noop, reopen) = Ids(first, 0);
        foreach (var slot in (int[])[1, 2])
        {
            foreach (var job in (JobId[])[noop, reopen, flush])
                bench.Ack(slot, job);
        }

        bench.Lose(0);
        Assert.Equal(1, bench.Status.LiveRepair?.ExtentsDone);
        RunToEnd(bench);
        Assert.True(bench.Slot(1).Active);
    }

    /// <summary>Slot 1 failed a write and has come back; its repair has begun with these ids.</summary>
    private static Bench Repairing(out JobId first)
    {
        var bench = new Bench().Active();
        bench.Write(39);
        bench.Ack(1, new JobId(1000), Failure);
        bench.Ack(0, new JobId(1000));
        bench.Ack(2, new JobId(1000));
        bench.Flush();
        bench.Ack(0, new JobId(1001));
        bench.Ack(2, new JobId(1001));
        bench.ReconnectDue(1);
        bench.Negotiate(1);
        Assert.Equal(SlotStep.LiveRepair, bench.Slot(1).Step);
        first = new JobId(1002);
        return bench;
    }

    private static (JobId Close, JobId Repair, JobId Noop, JobId Reopen) Ids(JobId first, uint extent)
    {
        var close = first.Value + (4 * extent);
        return (new(close), new(close + 1), new(close + 2), new(close + 3));
    }

    private static Message.ExtentState State(ulong generation, ulong flush, bool dirty = false) =>
        new(new Generation(generation), new FlushNumber(flush), dirty);

    private static void Closed(Bench bench, int slot, JobId job, Message.ExtentState state) =>
        bench.Say(slot, new Message.ExtentLiveCloseAck(Bench.Ids, job, WireResult<Message.ExtentState>.Ok(state)));

    private static JobId WriteJob(Bench bench, ulong start, ulong blocks = 1)
    {
        bench.AssertOk(bench.Write(start, blocks));
        return ModelDownstairs.IdOf(bench.LastSent(0))!.Value;
    }

    private static JobId[] DependenciesOf(Bench bench, int slot, JobId job) =>
        ModelDownstairs.DependenciesOf(bench.Sent(slot).Last(m => ModelDownstairs.IdOf(m) == job));

    /// <summary>Everything of this extent up to but without the answers to this step.</summary>
    private static void StopBefore(Bench bench, JobId close, int step)
    {
        for (var slot = 0; slot < 3 && step > 0; slot++)
            Closed(bench, slot, close, slot == 1 ? State(0, 0) : State(1, 5));
        for (var i = 1; i < step; i++)
            bench.AckEverywhere(new JobId(close.Value + (ulong)i));
    }

    private static void FinishExtent(Bench bench, JobId close)
    {
        StopBefore(bench, close, 4);
    }

    /// <summary>These slots answer everything they were sent, in order, until nothing is left.</summary>
    internal static void Drain(Bench bench, params int[] slots)
    {
        for (var moved = true; moved;)
        {
            moved = false;
            foreach (var slot in slots)
            {
                foreach (var job in bench.JobsSent(slot).Order().ToArray())
                {
                    var before = bench.Slot(slot).JobsInFlight;
                    if (before == 0 || !bench.IsConnected(slot))
                        break;
                    bench.Ack(slot, job);
                    moved |= bench.Slot(slot).JobsInFlight != before;
                }
            }
        }
    }

    private static void RunToEnd(Bench bench)
    {
        for (var i = 0; i < 100 && bench.Status.LiveRepair is not null; i++)
            Drain(bench, 0, 1, 2);
        Assert.Null(bench.Status.LiveRepair);
    }
}
