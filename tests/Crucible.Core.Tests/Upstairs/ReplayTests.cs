using Crucible.Core.Upstairs;
using Crucible.Wire;

namespace Crucible.Core.Tests.Upstairs;

/// <summary>What a slot that comes back is sent again, when it is sent nothing, and what a barrier changes about it.</summary>
public class ReplayTests
{
    [Fact]
    public void Barrier_answered_by_one_slot_that_then_drops_is_sent_again()
    {
        var bench = WithBarrier(out var barrier);
        bench.Ack(1, barrier);
        bench.Lose(1);
        Assert.Equal(SlotMode.Offline, bench.Slot(1).Mode);
        bench.ReconnectDue(1);
        bench.NegotiateToRegion(1);
        Assert.Equal(barrier, bench.JobsSent(1)[^1]);
        bench.Ack(0, barrier);
        bench.Ack(2, barrier);
        for (var job = 1000UL; job <= barrier.Value; job++)
            bench.Ack(1, new JobId(job));
        Assert.Equal(0, bench.Status.JobsBuffered);
    }

    [Fact]
    public void Sixty_four_mebibytes_of_finished_writes_bring_a_barrier()
    {
        const ulong Blocks = Bench.BlocksPerExtent * Bench.ExtentCount;
        var bench = new Bench().Active();
        var writes = (UpstairsLimits.BarrierBytes + (Blocks * Bench.BlockSize) - 1) / (Blocks * Bench.BlockSize);
        for (var i = 0UL; i < writes; i++)
        {
            Assert.IsNotType<Message.Barrier>(bench.LastSent(0));
            bench.Write(0, Blocks);
            bench.AckEverywhere(new JobId(1000 + i));
        }

        Assert.IsType<Message.Barrier>(bench.LastSent(0));
    }

    [Fact]
    public void Deactivation_after_a_barrier_emptied_the_table_still_flushes()
    {
        var bench = WithBarrier(out var barrier);
        bench.AckEverywhere(barrier);
        Assert.Equal(0, bench.Status.JobsBuffered);
        var request = bench.Deactivate();
        Assert.True(bench.IsOpen(request));
        var flush = Assert.IsType<Message.Flush>(bench.LastSent(0));
        bench.AckEverywhere(flush.Job);
        bench.AssertOk(request);
    }

    [Fact]
    public void Slot_far_behind_that_stops_answering_is_faulted_at_once_and_repaired_when_it_returns()
    {
        var bench = new Bench().Active();
        for (var i = 0; i <= UpstairsLimits.OfflineJobs; i++)
        {
            bench.Write(0);
            var job = ModelDownstairs.IdOf(bench.LastSent(0))!.Value;
            bench.Ack(0, job);
            bench.Ack(2, job);
        }

        Assert.True(bench.Slot(1).Active);
        bench.Lose(1);
        Assert.Equal((SlotMode.Faulted, 0), (bench.Slot(1).Mode, bench.Slot(1).JobsInFlight));
        bench.ReconnectDue(1);
        bench.Negotiate(1);
        Assert.Equal(SlotStep.LiveRepair, bench.Slot(1).Step);
    }

    [Fact]
    public void Offline_slot_becomes_faulted_just_past_its_limit_of_bytes()
    {
        const ulong Blocks = Bench.BlocksPerExtent * Bench.ExtentCount;
        var bench = new Bench().Active();
        bench.Lose(1);
        var fits = UpstairsLimits.OfflineBytes / (Blocks * Bench.BlockSize);
        Assert.True(fits < (ulong)UpstairsLimits.OfflineJobs * 3);
        for (var i = 0UL; i < Math.Min(fits, (ulong)UpstairsLimits.OfflineJobs); i++)
        {
            bench.Write(0, Blocks);
            Assert.Equal(SlotMode.Offline, bench.Slot(1).Mode);
        }

        bench.Write(0, Blocks);
        Assert.Equal(SlotMode.Faulted, bench.Slot(1).Mode);
    }

    [Fact]
    public void Reply_of_an_old_connection_that_was_still_being_checked_is_dropped()
    {
        var bench = new Bench().Active();
        var read = bench.Read(0);
        var old = bench.Connection(1);
        bench.Lose(1);
        bench.ReconnectDue(1);
        bench.NegotiateToRegion(1);
        var reply = new Message.ReadResponse(
            Bench.Ids, new JobId(1000), WireResult<ReadBlockContext[]>.Ok([default]), new byte[Bench.BlockSize]);
        bench.Do(new UpstairsInput.ReadChecked(Bench.Client(1), old, reply, Fault: null));
        Assert.True(bench.IsOpen(read));
        Assert.Equal(1, bench.Slot(1).JobsInFlight);
        bench.Do(new UpstairsInput.ReadChecked(Bench.Client(1), bench.Connection(1), reply, Fault: null));
        bench.AssertOk(read);
    }

    [Fact]
    public void Copy_that_missed_jobs_before_it_was_repaired_is_never_sent_them()
    {
        // Without a server's guard a replay of what it was not meant to have would bring older versions back.
        var bench = new Bench().Active();
        bench.Write(0);
        bench.Ack(1, new JobId(1000), CrucibleError.Io("disk"));
        bench.Write(1);
        bench.ReconnectDue(1);
        bench.Negotiate(1);
        for (var round = 0; round < 40 && bench.Status.LiveRepair is not null; round++)
        {
            for (var slot = 0; slot < 3; slot++)
            {
                foreach (var job in bench.JobsSent(slot).Order().ToArray())
                    bench.Ack(slot, job);
            }
        }

        Assert.True(bench.Slot(1).Active);
        bench.Write(2);
        var newest = bench.JobsSent(1)[^1];
        bench.Lose(1);
        bench.ReconnectDue(1);
        bench.NegotiateToRegion(1);
        Assert.Equal([newest], bench.JobsSent(1));
    }

    /// <summary>As many finished writes as bring a barrier, which nobody has answered yet.</summary>
    private static Bench WithBarrier(out JobId barrier)
    {
        var bench = new Bench().Active();
        for (var i = 0; i < UpstairsLimits.BarrierJobs; i++)
        {
            bench.Write((ulong)i % 40);
            bench.AckEverywhere(new JobId(1000 + (ulong)i));
        }

        barrier = Assert.IsType<Message.Barrier>(bench.LastSent(0)).Job;
        return bench;
    }
}
