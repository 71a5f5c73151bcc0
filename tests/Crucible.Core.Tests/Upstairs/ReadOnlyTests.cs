using Crucible.Core.Upstairs;
using Crucible.Wire;

namespace Crucible.Core.Tests.Upstairs;

/// <summary>Copies of a read-only region set cannot differ: one is enough, and nothing is ever repaired.</summary>
public class ReadOnlyTests
{
    [Fact]
    public void Flush_succeeds_without_traffic_and_an_automatic_one_retires_reads()
    {
        var bench = new Bench(readOnly: true).Active();
        bench.Read(0);
        bench.AckEverywhere(new JobId(1000));
        bench.AssertOk(bench.Flush());
        Assert.IsType<Message.ReadRequest>(bench.LastSent(0));
        Assert.Equal(1, bench.Status.JobsBuffered);
        bench.AutoFlushDue(TimeSpan.FromSeconds(1));
        Assert.IsType<Message.Flush>(bench.LastSent(0));
        bench.AckEverywhere(new JobId(1001));
        Assert.Equal(0, bench.Status.JobsBuffered);
    }

    [Fact]
    public void Slot_that_failed_a_job_comes_back_without_repair_and_serves_new_reads()
    {
        var bench = new Bench(readOnly: true).Active();
        bench.Read(0);
        bench.AckEverywhere(new JobId(1000));
        bench.AutoFlushDue(TimeSpan.FromSeconds(1));
        bench.Ack(1, new JobId(1001), CrucibleError.Io("disk"));
        Assert.Equal(SlotMode.Faulted, bench.Slot(1).Mode);
        bench.ReconnectDue(1);
        bench.Negotiate(1);
        Assert.True(bench.Slot(1) is { Active: true, InSync: true });
        bench.Read(1);
        Assert.Equal([new JobId(1002)], bench.JobsSent(1));
    }

    [Fact]
    public void Write_is_refused()
    {
        var bench = new Bench(readOnly: true).Active();
        bench.AssertKind(CrucibleErrorKind.ModifyingReadOnlyRegion, bench.Write(0));
        Assert.Empty(bench.JobsSent(0));
    }

    [Fact]
    public void One_or_two_copies_are_enough_and_the_last_error_of_the_others_is_told()
    {
        var bench = new Bench(readOnly: true);
        var request = bench.Activate();
        bench.Negotiate(2);
        bench.AssertOk(request);
        bench.Lose(0);
        Assert.Equal("the peer closed", bench.Slot(0).LastError);
        bench.Read(0);
        bench.Ack(2, new JobId(1000));
        bench.ReconnectDue(0);
        bench.Negotiate(0);
        Assert.True(bench.Slot(0).Active);
    }

    [Fact]
    public void Slot_that_is_on_its_way_when_the_set_is_deactivated_is_let_go_of_too()
    {
        var bench = new Bench(readOnly: true);
        bench.Activate();
        bench.Negotiate(0);
        bench.NegotiateToRegion(1);
        bench.Read(0);
        var request = bench.Deactivate();
        Assert.False(bench.IsConnected(1));
        bench.Do(new UpstairsInput.Received(Bench.Client(1), bench.Connection(1), Bench.Extents()));
        bench.Ack(0, new JobId(1000));
        bench.Ack(0, new JobId(1001));
        bench.AssertOk(request);
        Assert.Equal(UpstairsState.Initializing, bench.State);
    }

    [Fact]
    public void Generations_and_extents_are_not_looked_at()
    {
        var bench = new Bench(readOnly: true, generation: 0);
        var request = bench.Activate();
        bench.Negotiate(0, Bench.Extents(9, 9, dirty: true));
        bench.Negotiate(1, Bench.Extents(1, 1));
        bench.AssertOk(request);
        Assert.All(bench.Status.Slots.Take(2), slot => Assert.True(slot.Active));
    }
}
