using Crucible.Core.Upstairs;
using Crucible.Wire;

namespace Crucible.Core.Tests.Upstairs;

/// <summary>Two copies that go on without the third are made newer than it, whatever it holds.</summary>
public class RenewalTests
{
    [Fact]
    public void Two_copies_get_our_generation_in_every_extent_before_anybody_is_told_that_they_serve()
    {
        var (bench, request) = Renewing(generation: 7, Bench.Extents(3, 5), Bench.Extents(3, 5));
        Assert.True(bench.IsOpen(request));
        Assert.NotNull(bench.Status.Renewal);
        Assert.NotNull(bench.Status.WaitingFor);
        bench.Renew();
        bench.AssertOk(request);
        foreach (var slot in (int[])[0, 2])
        {
            var written = bench.Sent(slot).OfType<Message.Write>().Select(m => m.Start.Value / Bench.BlocksPerExtent);
            Assert.Equal([0, 1, 2, 3], written);
            var flush = Assert.Single(bench.Sent(slot).OfType<Message.Flush>());
            Assert.Equal((new Generation(7), new FlushNumber(6)), (flush.Generation, flush.FlushNumber));
            Assert.Equal(flush, bench.LastSent(slot));
        }
    }

    [Fact]
    public void Three_copies_are_not_renewed()
    {
        var bench = new Bench(quorum: 2).Active();
        Assert.All((int[])[0, 1, 2], slot => Assert.Empty(bench.JobsSent(slot)));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Block_is_written_back_as_it_was_read_and_as_zeros_if_it_never_was_written(bool written)
    {
        var (bench, _) = Renewing();
        bench.Renew(written);
        var write = bench.Sent(0).OfType<Message.Write>().First();
        Assert.Equal(Bench.Data(1, written ? (byte)7 : (byte)0), write.Data.ToArray());
        Assert.Equal(BlockHash.Plain(write.Data.Span), Assert.Single(write.Contexts).Hash);
    }

    [Fact]
    public void Guests_are_refused_until_both_copies_are_renewed()
    {
        var (bench, _) = Renewing();
        bench.AssertKind(CrucibleErrorKind.UpstairsInactive, bench.Read(0));
        bench.AssertKind(CrucibleErrorKind.UpstairsInactive, bench.Write(0));
        bench.AssertKind(CrucibleErrorKind.UpstairsInactive, bench.Flush());
        bench.Renew();
        bench.AssertOk(bench.Write(0));
    }

    /// <summary>Whatever ends the renewal: nothing was served, and any two may do it anew.</summary>
    [Theory]
    [InlineData("lost", 0)]
    [InlineData("lost", 1)]
    [InlineData("lost", 2)]
    [InlineData("lost", 3)]
    [InlineData("failed", 2)]
    [InlineData("failed", 3)]
    [InlineData("replaced", 1)]
    public void Renewal_that_a_copy_leaves_starts_over_with_the_next_two(string how, int step)
    {
        var (bench, request) = Renewing(generation: 2);
        Advance(bench, step);
        var job = ModelDownstairs.IdOf(bench.LastSent(2))!.Value;
        switch (how)
        {
            case "lost":
                bench.Lose(2);
                break;
            case "failed":
                bench.Ack(2, job, CrucibleError.Io("disk"));
                break;
            default:
                bench.Replace(Bench.At(3), Bench.At(9));
                break;
        }

        Assert.True(bench.IsOpen(request));
        Assert.Null(bench.Status.Renewal);
        Assert.Equal(0, bench.Status.JobsBuffered);
        Assert.True(bench.IsDialling(0), "it did nothing wrong, so it need not wait");

        // The one that was there may be on disk with our generation already: that is no reason to refuse.
        bench.Negotiate(0, Bench.Extents(2, 1));
        bench.Negotiate(1);
        Assert.NotNull(bench.Status.Reconciliation);
        Assert.True(bench.IsOpen(request));
    }

    [Fact]
    public void Block_that_neither_copy_can_read_is_tried_again_later()
    {
        var (bench, request) = Renewing();
        var read = ModelDownstairs.IdOf(bench.LastSent(0))!.Value;
        bench.Ack(0, read, CrucibleError.Io("disk"));
        Assert.NotNull(bench.Status.Renewal);
        bench.Ack(2, read, CrucibleError.Io("disk"));
        Assert.Null(bench.Status.Renewal);
        Assert.True(bench.IsOpen(request));
        foreach (var slot in (int[])[0, 2])
        {
            Assert.Contains("failed", bench.Slot(slot).LastError, StringComparison.Ordinal);
            Assert.False(bench.IsDialling(slot));
        }
    }

    [Fact]
    public void Sealed_block_of_a_renewal_that_was_given_up_changes_nothing()
    {
        var (bench, _) = Renewing();
        Advance(bench, 1);
        var late = bench.Seals.Peek();
        bench.Do(new UpstairsInput.Abandon(Activation: null));
        var stale = bench.Status.StaleInputs;
        bench.Do(Bench.Sealed(late));
        Assert.Empty(bench.Effects);
        Assert.Equal(stale + 1, bench.Status.StaleInputs);
        Assert.Equal(UpstairsState.Initializing, bench.State);
        Assert.Equal(0, bench.Status.JobsBuffered);
    }

    [Fact]
    public void Third_copy_that_comes_during_the_renewal_waits_and_is_repaired()
    {
        var (bench, request) = Renewing(generation: 7, Bench.Extents(3, 5), Bench.Extents(3, 5));
        bench.Negotiate(1, Bench.Extents(3, 9, dirty: true));
        Assert.Equal(SlotStep.WaitQuorum, bench.Slot(1).Step);
        bench.Renew();
        bench.AssertOk(request);
        Assert.Equal(SlotStep.LiveRepair, bench.Slot(1).Step);
    }

    [Fact]
    public void Many_extents_are_renewed_in_batches_each_of_which_is_flushed()
    {
        const uint Extents = (2 * 256) + 10;
        var bench = new Bench(quorum: 2, extents: Extents);
        var request = bench.Activate();
        bench.Negotiate(0, Bench.Extents(count: Extents));
        bench.Negotiate(2, Bench.Extents(count: Extents));
        bench.Do(new UpstairsInput.GraceOver(bench.Grace!.Value));
        Assert.Equal(256, bench.Status.Slots[0].JobsInFlight);
        bench.Renew();
        bench.AssertOk(request);
        Assert.Equal(3, bench.Sent(2).OfType<Message.Flush>().Count());
        Assert.Equal(Extents, (uint)bench.Sent(2).OfType<Message.Write>().Select(m => m.Start).Distinct().Count());
    }

    /// <summary>
    /// The rule itself, as a table: whatever the third copy holds of an extent, and whichever two or three are compared
    /// next, the source is one that was renewed, and the third takes its copy.
    /// </summary>
    [Fact]
    public void Copy_left_behind_wins_no_later_comparison_whatever_it_holds()
    {
        const ulong Ours = 5;
        var renewed = Bench.Extents(Ours, 3);
        ulong[] numbers = [0, 1, 3, 4, 99, ulong.MaxValue];
        foreach (var generation in (ulong[])[0, 1, 3, Ours - 1])
        {
            foreach (var flush in numbers)
            {
                foreach (var dirty in (bool[])[false, true])
                {
                    var behind = Bench.Extents(generation, flush, dirty);
                    foreach (var at in (int[])[0, 1, 2])
                    {
                        AssertLoses(at, [.. Enumerable.Range(0, 3).Select(s => (s, s == at ? behind : renewed))]);
                        AssertLoses(at, [(at, behind), ((at + 1) % 3, renewed)]);
                        AssertLoses(at, [((at + 2) % 3, renewed), (at, behind)]);
                    }
                }
            }
        }
    }

    private static void AssertLoses(int behind, (int Slot, Message.ExtentVersions Versions)[] compared)
    {
        var comparison = ExtentComparison.Of(
            [.. compared.OrderBy(c => c.Slot).Select(c => (Bench.Client(c.Slot), c.Versions))]);
        Assert.Equal(Bench.ExtentCount, (uint)comparison.Mends.Count);
        Assert.All(comparison.Mends, mend =>
        {
            Assert.NotEqual(Bench.Client(behind), mend.Source);
            Assert.Equal([Bench.Client(behind)], mend.Destinations);
        });
    }

    /// <summary>Slots 0 and 2 are there, slot 1 is not and has had its time.</summary>
    private static (Bench Bench, RequestId Request) Renewing(
        ulong generation = 1, Message.ExtentVersions? first = null, Message.ExtentVersions? second = null)
    {
        var bench = new Bench(quorum: 2, generation: generation);
        var request = bench.Activate();
        bench.Negotiate(0, first);
        bench.Negotiate(2, second);
        bench.Do(new UpstairsInput.GraceOver(bench.Grace!.Value));
        return (bench, request);
    }

    /// <summary>
    /// 0: reads are sent; 1: and answered; 2: writes and the flush are sent; 3: the writes are answered.
    /// </summary>
    private static void Advance(Bench bench, int step)
    {
        if (step > 0)
            AckAll<Message.ReadRequest>(bench);
        while (step > 1 && bench.Seals.TryDequeue(out var seal))
            bench.Do(Bench.Sealed(seal));
        if (step > 2)
            AckAll<Message.Write>(bench);
    }

    private static void AckAll<T>(Bench bench)
        where T : Message
    {
        foreach (var slot in (int[])[0, 2])
        {
            foreach (var message in bench.Sent(slot).OfType<T>().ToArray())
                bench.Ack(slot, ModelDownstairs.IdOf(message)!.Value);
        }
    }
}
