using Crucible.Core.Upstairs;
using Crucible.Wire;

namespace Crucible.Core.Tests.Upstairs;

/// <summary>Going active with two copies, where that is asked for.</summary>
public class QuorumTests
{
    [Fact]
    public void Third_copy_that_comes_within_the_grace_is_waited_for()
    {
        var bench = new Bench(quorum: 2);
        var request = bench.Activate();
        bench.Negotiate(0);
        Assert.Null(bench.Grace);
        bench.Negotiate(2);
        Assert.NotNull(bench.Grace);
        Assert.True(bench.IsOpen(request));
        bench.Negotiate(1);
        bench.AssertOk(request);
        Assert.False(bench.Status.Degraded);
        bench.Do(new UpstairsInput.GraceOver(bench.Grace.Value));
        Assert.Equal(UpstairsState.Active, bench.State);
    }

    [Fact]
    public void Two_copies_go_on_degraded_after_the_grace_and_the_third_is_repaired_when_it_comes()
    {
        var bench = new Bench(quorum: 2);
        var request = bench.Activate();
        bench.Negotiate(0);
        bench.Negotiate(2);
        bench.Do(new UpstairsInput.GraceOver(bench.Grace!.Value));
        bench.Renew();
        bench.AssertOk(request);
        Assert.True(bench.Status.Degraded);
        Assert.Equal((SlotMode.Faulted, false), (bench.Slot(1).Mode, bench.Slot(1).InSync));
        bench.AssertOk(bench.Write(0));
        bench.Negotiate(1);
        Assert.Equal(SlotStep.LiveRepair, bench.Slot(1).Step);
    }

    [Fact]
    public void Two_copies_that_differ_are_reconciled_and_a_third_that_comes_meanwhile_waits_for_repair()
    {
        var bench = new Bench(quorum: 2, generation: 5);
        var request = bench.Activate();
        bench.Negotiate(0, Bench.Extents(1, 3));
        bench.Negotiate(2, Bench.Extents(1, 4));
        bench.Do(new UpstairsInput.GraceOver(bench.Grace!.Value));
        Assert.Equal(SlotStep.Reconcile, bench.Slot(0).Step);
        // Not one more than was found: the third may have that, from a mending that was broken off, with other content.
        Assert.Equal(new Generation(5), Assert.IsType<Message.ExtentFlush>(bench.LastSent(2)).Generation);
        bench.Negotiate(1, Bench.Extents(1, 4));
        Assert.Equal(SlotStep.WaitQuorum, bench.Slot(1).Step);
        for (ulong step = 0; step < 4 * Bench.ExtentCount; step++)
        {
            foreach (var slot in (int[])[0, 2])
            {
                if (bench.Status.Renewal is null && (step % 4) switch { 0 => slot == 2, 2 => slot == 0, _ => true })
                    bench.Say(slot, new Message.RepairAckId(new ReconciliationId(step)));
            }
        }

        bench.Renew();
        bench.AssertOk(request);
        Assert.Equal(SlotStep.LiveRepair, bench.Slot(1).Step);
    }

    [Fact]
    public void Replaced_copy_does_not_count_towards_two()
    {
        // The other of the two may be the one that missed what only the absent copy has.
        var bench = new Bench(quorum: 2);
        var request = bench.Activate();
        bench.Replace(Bench.At(1), Bench.At(9));
        bench.Negotiate(0);
        bench.Negotiate(1);
        Assert.Null(bench.Grace);
        bench.Negotiate(2);
        bench.AssertOk(request);
    }

    [Theory]
    [InlineData(false, 0, false)]
    [InlineData(true, 6, false)]
    [InlineData(true, 7, true)]
    [InlineData(true, 9, true)]
    public void Copy_is_given_up_before_activation_only_if_another_is_known_to_be_as_new(
        bool heard, ulong generation, bool started)
    {
        // Slot 0 may be what slots 1 and 2 went on without; with slot 2 replaced, only slot 1 can say so.
        var bench = new Bench(quorum: 2, generation: 20);
        bench.Activate();
        bench.Replace(Bench.At(3), Bench.At(9));
        bench.Negotiate(1, Bench.Extents(7, 3));
        if (heard)
            bench.Negotiate(0, Bench.Extents(generation, 3));
        var outcome = bench.Replace(Bench.At(2), Bench.At(8));
        if (started)
            Assert.IsType<ReplaceOutcome.Started>(outcome);
        else
            Assert.Equal(RefusalDuration.Temporary, Assert.IsType<ReplaceOutcome.Refused>(outcome).Duration);
    }

    [Fact]
    public void Grace_of_an_earlier_activation_is_stale_and_each_has_its_own()
    {
        var bench = new Bench(quorum: 2);
        bench.Activate();
        bench.Negotiate(0);
        bench.Negotiate(1);
        var old = bench.Grace!.Value;
        bench.Do(new UpstairsInput.Abandon(Activation: null));
        var request = bench.Activate();
        bench.Negotiate(0);
        bench.Negotiate(1);
        bench.Do(new UpstairsInput.GraceOver(old));
        Assert.True(bench.IsOpen(request));
        bench.Do(new UpstairsInput.GraceOver(bench.Grace.Value));
        bench.Renew();
        bench.AssertOk(request);
    }

    [Fact]
    public void One_copy_is_never_enough()
    {
        var bench = new Bench(quorum: 2);
        var request = bench.Activate();
        bench.Negotiate(0);
        bench.Negotiate(1);
        bench.Lose(1);
        bench.Do(new UpstairsInput.GraceOver(bench.Grace!.Value));
        Assert.True(bench.IsOpen(request));
        bench.ReconnectDue(1);
        bench.Negotiate(1);
        bench.Renew();
        bench.AssertOk(request);
    }

    [Fact]
    public void Flush_needs_two_whole_copies_so_that_any_two_may_activate()
    {
        var bench = new Bench(quorum: 2).Active();
        bench.Write(0);
        bench.Ack(0, new JobId(1000), CrucibleError.Io("disk"));
        bench.Ack(1, new JobId(1000), CrucibleError.Io("disk"));
        bench.Ack(2, new JobId(1000));
        bench.ReconnectDue(1);
        bench.Negotiate(1);
        Assert.Equal(SlotStep.LiveRepair, bench.Slot(1).Step);
        var flush = bench.Flush();
        var job = ModelDownstairs.IdOf(bench.LastSent(2))!.Value;
        bench.Ack(2, job);
        bench.Ack(1, job);
        Assert.True(bench.IsOpen(flush));
        bench.Lose(1);
        Assert.NotNull(bench.ErrorOf(flush));
    }

    [Fact]
    public void Quorum_of_three_never_arms_a_grace()
    {
        var bench = new Bench();
        bench.Activate();
        bench.Negotiate(0);
        bench.Negotiate(1);
        Assert.Null(bench.Grace);
    }
}
