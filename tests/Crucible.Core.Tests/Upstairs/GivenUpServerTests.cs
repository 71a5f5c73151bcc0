using Crucible.Core.Upstairs;
using Crucible.Wire;

namespace Crucible.Core.Tests.Upstairs;

/// <summary>What a server did that is given up before the guest hears of it. Found by the simulator.</summary>
public class GivenUpServerTests
{
    private static readonly JobId First = new(1000);

    [Fact]
    public void Flush_done_by_a_server_that_is_then_replaced_needs_two_others()
    {
        var bench = new Bench().Active();
        var flush = bench.Flush();
        bench.Ack(0, First);
        Assert.IsType<ReplaceOutcome.Started>(bench.Replace(Bench.At(1), Bench.At(9)));
        bench.Ack(1, First);
        Assert.True(bench.IsOpen(flush));
        bench.Ack(2, First);
        bench.AssertOk(flush);
    }

    [Fact]
    public void Snapshot_made_by_a_server_that_is_then_replaced_is_not_complete()
    {
        var bench = new Bench().Active();
        var snapshot = bench.Ask(r => new UpstairsInput.Flush(r, "monday", TimeSpan.FromSeconds(60)));
        bench.Ack(0, First);
        Assert.IsType<ReplaceOutcome.Started>(bench.Replace(Bench.At(1), Bench.At(9)));
        bench.Ack(1, First);
        bench.Ack(2, First);
        Assert.NotNull(bench.ErrorOf(snapshot));
    }

    [Fact]
    public void Flush_done_by_a_slot_whose_repair_then_fails_is_not_on_two_copies()
    {
        // Slot 0 is out, slot 1 under repair: its flush may stand in for the missing one only for as long as it is
        // repaired.
        var bench = new Bench().Active();
        var failure = CrucibleError.Io("disk");
        bench.Write(39);
        bench.Ack(1, First, failure);
        bench.ReconnectDue(1);
        bench.Negotiate(1);
        Assert.Equal(SlotStep.LiveRepair, bench.Slot(1).Step);
        bench.Ack(0, First, failure);
        bench.Ack(2, First);

        var flush = bench.Flush();
        var job = ModelDownstairs.IdOf(bench.LastSent(2))!.Value;
        bench.Ack(1, job);
        Assert.True(bench.IsOpen(flush));
        bench.Lose(1);
        bench.Ack(2, job);
        Assert.NotNull(bench.ErrorOf(flush));
    }

    [Fact]
    public void Slot_is_repaired_only_from_one_that_owes_the_guest_no_flush()
    {
        var bench = new Bench().Active();
        var flush = bench.Flush();
        bench.Ack(0, First);
        bench.Ack(1, First);
        bench.AssertOk(flush);
        Assert.IsType<ReplaceOutcome.Started>(bench.Replace(Bench.At(1), Bench.At(9)));
        bench.Write(0);
        bench.Ack(1, new JobId(First.Value + 1), CrucibleError.Io("disk"));
        bench.ReconnectDue(1);
        bench.Negotiate(1);
        Assert.Equal(SlotStep.LiveRepairReady, bench.Slot(1).Step);

        bench.Ack(2, First);
        Assert.Equal(SlotStep.LiveRepair, bench.Slot(1).Step);
    }

    [Fact]
    public void Close_of_an_extent_does_not_name_a_write_that_was_skipped_even_if_it_names_a_flush_instead()
    {
        // The flush takes the place of the only dependency there was: as many as before, and not the same.
        var bench = new Bench().Active();
        bench.Write(39);
        bench.Ack(1, First, CrucibleError.Io("disk"));
        bench.Ack(0, First);
        bench.Ack(2, First);
        bench.ReconnectDue(1);
        bench.Negotiate(1);
        var close = new JobId(First.Value + 1);

        bench.Flush();
        var flush = ModelDownstairs.IdOf(bench.LastSent(1))!.Value;
        bench.Write(10, 10);
        for (var slot = 0; slot < 3; slot++)
            bench.Say(slot, new Message.ExtentLiveCloseAck(
                Bench.Ids, close, WireResult<Message.ExtentState>.Ok(default)));
        for (ulong step = 1; step < 4; step++)
            bench.AckEverywhere(new JobId(close.Value + step));

        var next = Assert.IsType<Message.ExtentLiveClose>(bench.LastSent(1));
        Assert.Equal([flush], next.Dependencies);
    }
}
