using Crucible.Core.Upstairs;
using Crucible.Wire;

namespace Crucible.Core.Tests.Upstairs;

/// <summary>
/// A flush while one copy is whole and others are being repaired: its answer is to be good for the loss of any one
/// server, so it waits for the second whole copy, or fails with the repair.
/// </summary>
public class HeldFlushTests
{
    private static readonly JobId First = new(1000);
    private static readonly CrucibleError Failure = CrucibleError.Io("disk");

    [Fact]
    public void Flush_that_one_whole_copy_has_is_answered_when_the_repair_made_a_second()
    {
        var bench = OneWhole();
        bench.Write(39);
        var flush = bench.Flush();
        Finish(bench, ModelDownstairs.IdOf(bench.LastSent(2))!.Value);
        for (var i = 0; i < 100 && bench.Status.LiveRepair is not null; i++)
        {
            Assert.True(bench.IsOpen(flush), "only one copy is whole");
            LiveRepairTests.Drain(bench, 2);
            LiveRepairTests.Drain(bench, 1);
        }

        bench.AssertOk(flush);
        Assert.Equal(0, bench.Status.JobsBuffered);
    }

    [Theory]
    [InlineData("the slot under repair is lost")]
    [InlineData("the slot under repair is replaced")]
    [InlineData("the source is lost")]
    [InlineData("the copy fails")]
    public void Flush_fails_with_the_repair_it_waits_for(string how)
    {
        var bench = OneWhole();
        bench.Write(39);
        var flush = bench.Flush();
        var job = ModelDownstairs.IdOf(bench.LastSent(2))!.Value;
        Finish(bench, job);
        Assert.True(bench.IsOpen(flush));
        switch (how)
        {
            case "the slot under repair is lost":
                bench.Lose(1);
                break;
            case "the slot under repair is replaced":
                bench.Replace(Bench.At(2), Bench.At(9));
                break;
            case "the source is lost":
                bench.Lose(2);
                break;
            default:
                var close = bench.Sent(2).OfType<Message.ExtentLiveFlushClose>().Last().Job;
                bench.Ack(2, close);
                var dirty = new Message.ExtentState(default, default, Dirty: true);
                bench.Say(1, new Message.ExtentLiveCloseAck(
                    Bench.Ids, close, WireResult<Message.ExtentState>.Ok(dirty)));
                bench.Ack(1, bench.Sent(1).OfType<Message.ExtentLiveRepair>().Last().Job, Failure);
                break;
        }

        Assert.NotNull(bench.ErrorOf(flush));
    }

    [Fact]
    public void Several_held_flushes_are_answered_in_their_order()
    {
        var bench = OneWhole();
        RequestId[] flushes = [bench.Flush(), bench.Flush(), bench.Flush()];
        while (bench.Status.LiveRepair is not null)
        {
            Assert.All(flushes, flush => Assert.True(bench.IsOpen(flush)));
            LiveRepairTests.Drain(bench, 1, 2);
        }

        Assert.All(flushes, bench.AssertOk);
        Assert.Equal(flushes, bench.Answers.Keys.Where(flushes.Contains));
    }

    [Fact]
    public void Whole_copy_that_does_the_flush_late_is_enough_before_the_repair_ends()
    {
        var bench = OneWhole(alsoSlot0: true);
        var flush = bench.Flush();
        var job = ModelDownstairs.IdOf(bench.LastSent(2))!.Value;
        bench.Ack(2, job);
        bench.Ack(1, job);
        Assert.True(bench.IsOpen(flush));
        bench.Ack(0, job);
        bench.AssertOk(flush);
        Assert.NotNull(bench.Status.LiveRepair);
    }

    [Fact]
    public void Held_flush_does_not_keep_a_barrier_from_letting_jobs_be_forgotten()
    {
        var bench = OneWhole();
        var flush = bench.Flush();
        Finish(bench, ModelDownstairs.IdOf(bench.LastSent(2))!.Value);
        Assert.True(bench.IsOpen(flush));
        for (var i = 0; i < UpstairsLimits.BarrierJobs; i++)
        {
            bench.Write(0);
            Finish(bench, ModelDownstairs.IdOf(bench.LastSent(2))!.Value);
        }

        Assert.Contains(bench.Sent(2), message => message is Message.Barrier);
        Finish(bench, bench.Sent(2).OfType<Message.Barrier>().Last().Job);
        Assert.InRange(bench.Status.JobsBuffered, 1, 10);

        // The flush is answered now, and lets nothing be replayed that the barrier let be forgotten.
        bench.Lose(1);
        Assert.NotNull(bench.ErrorOf(flush));
        bench.Lose(2);
        Assert.Equal(SlotMode.Faulted, bench.Slot(2).Mode);
    }

    [Fact]
    public void Deactivation_with_one_whole_copy_fails_aloud_though_our_own_flush_went_unnoticed()
    {
        var bench = OneWhole();
        bench.Write(0);
        Finish(bench, ModelDownstairs.IdOf(bench.LastSent(2))!.Value);
        bench.Lose(1);
        bench.ReconnectDue(1);
        bench.Negotiate(1);
        var request = bench.Deactivate();
        LiveRepairTests.Drain(bench, 2);
        Assert.NotNull(bench.ErrorOf(request));
    }

    /// <summary>Slot 1 is under repair from slot 2, which is whole; slot 0 is out, or whole too.</summary>
    private static Bench OneWhole(bool alsoSlot0 = false)
    {
        var bench = new Bench().Active();
        bench.Write(39);
        bench.Ack(1, First, Failure);
        bench.Ack(2, First);
        bench.ReconnectDue(1);
        bench.Negotiate(1);
        bench.Ack(0, First, alsoSlot0 ? null : Failure);
        Assert.Equal(SlotStep.LiveRepair, bench.Slot(1).Step);
        return bench;
    }

    private static void Finish(Bench bench, JobId job)
    {
        bench.Ack(1, job);
        bench.Ack(2, job);
    }
}
