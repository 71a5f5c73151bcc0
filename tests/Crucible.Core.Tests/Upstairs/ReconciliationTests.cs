using Crucible.Core.Upstairs;
using Crucible.Wire;

namespace Crucible.Core.Tests.Upstairs;

/// <summary>Copies that differ are made equal before anything is served.</summary>
public class ReconciliationTests
{
    private const ulong Generation = 9;

    // What the odd copies say against (2, 8, clean), who is the source and who takes it over.
    [Theory]
    [InlineData("2.8 2.8 2.8", -1, "")]
    [InlineData("2.8 2.8d 2.8", 1, "0 2")]
    [InlineData("2.8 1.8 2.8", 0, "1")]
    [InlineData("2.8 2.7 2.8", 0, "1")]
    [InlineData("2.8 3.1 2.8", 1, "0 2")]
    [InlineData("2.8 2.9 2.9", 1, "0")]
    [InlineData("1.9 2.8 2.8d", 2, "0 1")]
    [InlineData("2.8d 2.8d 2.8d", 0, "1 2")]
    [InlineData("2.8 2.8d 2.8d", 1, "0 2")]
    [InlineData("0.0 0.0 4.1", 2, "0 1")]
    [InlineData("5.3 5.3 1.9d", 0, "2")]
    [InlineData("1.1 2.1 3.1", 2, "0 1")]
    public void Extent_is_taken_from_the_newest_copy_by_those_that_differ_from_it(string copies, int source, string destinations)
    {
        var comparison = ExtentComparison.Of([.. copies.Split(' ').Select((text, slot) => (Bench.Client(slot), Extent(text)))]);
        if (source < 0)
        {
            Assert.Empty(comparison.Mends);
            return;
        }

        var mend = Assert.Single(comparison.Mends);
        Assert.Equal((0u, source), (mend.Extent.Value, mend.Source.Value));
        Assert.Equal(destinations, string.Join(' ', mend.Destinations.Select(d => d.Value)));
    }

    [Fact]
    public void Every_mix_of_small_numbers_gives_what_the_rule_says()
    {
        // All 8³ combinations of two generations, two flush numbers and the dirty bit on three copies.
        for (var mix = 0; mix < 512; mix++)
        {
            var states = Enumerable.Range(0, 3).Select(s => (Gen: (mix >> (3 * s)) & 1, Flush: (mix >> (3 * s + 1)) & 1, Dirty: (mix >> (3 * s + 2)) & 1)).ToArray();
            var comparison = ExtentComparison.Of([.. states.Select((s, slot) => (Bench.Client(slot), Extent($"{s.Gen}.{s.Flush}{(s.Dirty == 1 ? "d" : "")}")))]);
            var best = states.Max();
            var source = Array.IndexOf(states, best);
            var destinations = Enumerable.Range(0, 3).Where(s => s != source && (best.Dirty == 1 || states[s] != best)).ToArray();
            var expected = destinations.Length == 0 && states.Distinct().Count() == 1 && best.Dirty == 0 ? [] : destinations;
            Assert.Equal(expected, comparison.Mends.SelectMany(m => m.Destinations.Select(d => (int)d.Value)));
            Assert.All(comparison.Mends, mend => Assert.Equal(source, mend.Source.Value));
        }
    }

    [Fact]
    public void Copies_that_differ_are_mended_step_by_step_and_then_activate()
    {
        var bench = Reconciling(out var request);
        Assert.All(bench.Status.Slots, slot => Assert.Equal(SlotStep.Reconcile, slot.Step));
        for (ulong extent = 0, id = 0; extent < 2; extent++)
        {
            // Slot 1 is the newest for extent 1 and the only dirty one for extent 3.
            var number = new ExtentId((uint)(extent == 0 ? 1 : 3));
            var flush = Assert.IsType<Message.ExtentFlush>(bench.LastSent(1));
            Assert.Equal(new Message.ExtentFlush(new(id), number, new(1), new(9), new(4)), flush);
            AssertLast<Message.ExtentFlush>(bench, 1);
            bench.Say(1, new Message.RepairAckId(new(id++)));

            AssertLast<Message.ExtentClose>(bench, 0, 1, 2);
            AckFrom(bench, id, 0, 2);
            AssertLast<Message.ExtentClose>(bench, 0, 1, 2);
            AckFrom(bench, id++, 1);

            AssertLast<Message.ExtentRepair>(bench, 0, 2);
            var repair = Assert.IsType<Message.ExtentRepair>(bench.LastSent(0));
            Assert.Equal((id, number, new ClientId(1), Bench.At(101)), (repair.RepairId.Value, repair.Extent, repair.SourceClient, repair.SourceRepairAddress));
            Assert.Equal([new ClientId(0), new ClientId(2)], repair.DestinationClients);
            AckFrom(bench, id++, 2, 0);

            AssertLast<Message.ExtentReopen>(bench, 0, 1, 2);
            Assert.True(bench.IsOpen(request));
            AckFrom(bench, id++, 0, 1, 2);
        }

        bench.AssertOk(request);
        Assert.All(bench.Status.Slots, slot => Assert.True(slot.Active));

        // The numbers that mended extents have got are not used for another content.
        bench.Write(0);
        bench.Flush();
        Assert.Equal((10UL, Generation), (Assert.IsType<Message.Flush>(bench.LastSent(0)).FlushNumber.Value, ((Message.Flush)bench.LastSent(0)).Generation.Value));
    }

    [Theory]
    [InlineData("error")]
    [InlineData("lost")]
    [InlineData("wrong id")]
    [InlineData("out of order")]
    [InlineData("replaced")]
    public void Whatever_ends_a_reconciliation_makes_all_start_over_and_the_activation_succeeds_later(string cause)
    {
        for (var step = 0; step < 4; step++)
        {
            for (var slot = 0; slot < 3; slot++)
            {
                var bench = Reconciling(out var request);
                Advance(bench, step);
                var others = Enumerable.Range(0, 3).Where(s => s != slot).ToArray();
                switch (cause)
                {
                    case "error":
                        bench.Say(slot, new Message.ExtentError(new((ulong)step), new(1), CrucibleError.Io("disk")));
                        break;
                    case "lost":
                        bench.Lose(slot);
                        break;
                    case "wrong id":
                        bench.Say(slot, new Message.RepairAckId(new(99)));
                        break;
                    case "out of order":
                        bench.Say(slot, new Message.RegionInfo(Bench.Definition(slot)));
                        break;
                    default:
                        Assert.IsType<ReplaceOutcome.Started>(bench.Replace(Bench.At(slot + 1), Bench.At(9)));
                        break;
                }

                // The two that did nothing wrong start at once; only the other waits its ten seconds.
                Assert.All(others, s => Assert.True(bench.IsDialling(s)));
                Assert.True(bench.IsOpen(request));
                Assert.Equal(UpstairsState.GoActive, bench.State);
                if (cause != "replaced")
                    bench.ReconnectDue(slot);
                for (var s = 0; s < 3; s++)
                    bench.Negotiate(s, Bench.Extents(4, 9));
                bench.AssertOk(request);
            }
        }
    }

    [Fact]
    public void Late_answer_of_an_ended_reconciliation_is_ignored()
    {
        var bench = Reconciling(out var request);
        var old = bench.Connection(1);
        bench.Lose(0);
        bench.Do(new UpstairsInput.Received(Bench.Client(1), old, new Message.RepairAckId(new(0))));
        Assert.Empty(bench.Effects);
        Assert.True(bench.IsOpen(request));
    }

    [Fact]
    public void Mending_that_was_interrupted_does_not_outgrow_its_own_generation()
    {
        // The activation asks for exactly one more than was found. Mending writes that number; found again after an
        // interruption it must not call for yet another one, and never may a higher one than ours reach a disk.
        var bench = new Bench(generation: 4);
        var request = bench.Activate();
        Negotiate(bench, "3.5", "3.5d", "3.5");
        for (ulong attempt = 0; attempt < 3; attempt++)
        {
            var flush = Assert.IsType<Message.ExtentFlush>(bench.LastSent(1));
            Assert.Equal((4UL, 6 + attempt), (flush.Generation.Value, flush.FlushNumber.Value));
            bench.Say(1, new Message.RepairAckId(new(0)));
            bench.Lose(0);
            bench.ReconnectDue(0);
            Negotiate(bench, "3.5", $"4.{6 + attempt}d", "3.5");
        }

        Assert.True(bench.IsOpen(request));
        Finish(bench);
        bench.AssertOk(request);
    }

    [Fact]
    public void Generation_written_by_another_activation_is_still_too_low()
    {
        var bench = new Bench(generation: 4);
        var request = bench.Activate();
        Negotiate(bench, "3.5", "3.5d", "3.5");
        bench.Lose(0);
        bench.ReconnectDue(0);
        Negotiate(bench, "5.1", "3.5", "3.5");
        bench.AssertKind(CrucibleErrorKind.NegotiationError, request);

        bench.Activate(4);
        request = bench.Asked[^1];
        Negotiate(bench, "4.6", "3.5", "3.5");
        bench.AssertKind(CrucibleErrorKind.NegotiationError, request);
        Assert.Equal(UpstairsState.Disabled, bench.State);
    }

    [Fact]
    public void Three_copies_that_all_missed_something_are_reconciled_while_active()
    {
        var bench = AllFaulted();
        bench.AssertKind(CrucibleErrorKind.IoError, bench.Read(0));
        Assert.Equal(UpstairsState.Active, bench.State);
        for (var slot = 0; slot < 3; slot++)
            Assert.Equal(SlotStep.Reconcile, bench.Slot(slot).Step);

        // Never above our own generation: the next flush carries that.
        Assert.Equal(1UL, Assert.IsType<Message.ExtentFlush>(bench.LastSent(2)).Generation.Value);
        Finish(bench);
        Assert.All(bench.Status.Slots, slot => Assert.True(slot.Active && slot.InSync));
        bench.AssertOk(bench.Write(0));

        // Nothing of what came before may be named or sent again.
        bench.Lose(0);
        bench.ReconnectDue(0);
        bench.NegotiateToRegion(0);
        Assert.Single(bench.JobsSent(0));
        Assert.Empty(((Message.Write)bench.LastSent(0)).Dependencies);
    }

    [Fact]
    public void Slots_of_a_reconciliation_while_active_that_broke_come_back_as_faulted()
    {
        var bench = AllFaulted();
        bench.Lose(1);
        for (var slot = 0; slot < 3; slot++)
            Assert.Equal((SlotMode.Faulted, SlotStep.Start), (bench.Slot(slot).Mode, bench.Slot(slot).Step));
        bench.Negotiate(0, Bench.Extents(1, 1));
        bench.Negotiate(2, Bench.Extents(1, 1));
        bench.ReconnectDue(1);
        bench.Negotiate(1, Bench.Extents(1, 1));
        Assert.All(bench.Status.Slots, slot => Assert.True(slot.Active));
    }

    [Fact]
    public void Deactivation_and_force_end_a_reconciliation_while_active()
    {
        var bench = AllFaulted();
        var request = bench.Deactivate();
        Assert.NotNull(bench.ErrorOf(request));
        Assert.Equal(UpstairsState.Initializing, bench.State);

        bench = Reconciling(out var activation);
        bench.Do(new UpstairsInput.ForceDeactivate());
        Assert.NotNull(bench.ErrorOf(activation));
        Assert.Equal(UpstairsState.Initializing, bench.State);
        Assert.All(bench.Status.Slots, slot => Assert.Equal(SlotStep.WaitConnect, slot.Step));
    }

    [Fact]
    public void Status_tells_how_far_reconciliation_is()
    {
        var bench = Reconciling(out _);
        Assert.Equal((0, 2), (bench.Status.Reconciliation!.ExtentsDone, bench.Status.Reconciliation.ExtentsNeeded));
        Advance(bench, 4);
        bench.Now += TimeSpan.FromSeconds(2);
        bench.AutoFlushDue(TimeSpan.Zero);
        var progress = bench.Status.Reconciliation!;
        Assert.Equal((1, 2), (progress.ExtentsDone, progress.ExtentsNeeded));
        Assert.Equal((Bench.BlocksPerExtent * Bench.BlockSize, 2 * Bench.BlocksPerExtent * Bench.BlockSize), (progress.BytesDone, progress.BytesNeeded));
        Assert.Equal(Bench.BlocksPerExtent * Bench.BlockSize / 2.0, progress.BytesPerSecond);
        Assert.Equal(TimeSpan.FromSeconds(2), progress.Remaining);
    }

    /// <summary>Two extents differ: slot 1 is newer in extent 1, and the only one dirty in extent 3.</summary>
    private static Bench Reconciling(out RequestId request)
    {
        var bench = new Bench(generation: Generation);
        request = bench.Activate();
        for (var slot = 0; slot < 3; slot++)
        {
            var extents = Bench.Extents(2, 7);
            if (slot == 1)
            {
                (extents.Generations[1], extents.FlushNumbers[1]) = (new(3), new(8));
                extents.DirtyBits[3] = true;
            }

            bench.Negotiate(slot, extents);
        }

        return bench;
    }

    /// <summary>Active, but every copy failed a write, and has come back; slot 2 was the last to be written to.</summary>
    private static Bench AllFaulted()
    {
        var bench = new Bench().Active();
        bench.Write(0);
        for (var slot = 0; slot < 3; slot++)
            bench.Ack(slot, new JobId(1000), CrucibleError.Io("disk"));
        for (var slot = 0; slot < 3; slot++)
        {
            bench.ReconnectDue(slot);
            bench.Negotiate(slot, Bench.Extents(1, slot == 2 ? 1UL : 0));
        }

        return bench;
    }

    /// <summary>Answers so many steps in full.</summary>
    private static void Advance(Bench bench, int steps)
    {
        for (var i = 0; i < steps; i++)
        {
            for (var slot = 0; slot < 3; slot++)
            {
                if (bench.IsConnected(slot) && IdOf(bench.LastSent(slot)) is { } id && id.Value == (ulong)i)
                    bench.Say(slot, new Message.RepairAckId(id));
            }
        }
    }

    private static void Finish(Bench bench)
    {
        for (var step = 0; bench.Slot(0).Step == SlotStep.Reconcile && !bench.Slot(0).Active; step++)
        {
            Assert.True(step < 100);
            for (var slot = 0; slot < 3; slot++)
            {
                if (IdOf(bench.LastSent(slot)) is { } id && id.Value == (ulong)step)
                    bench.Say(slot, new Message.RepairAckId(id));
            }
        }
    }

    private static ReconciliationId? IdOf(Message message) => message switch
    {
        Message.ExtentFlush m => m.RepairId,
        Message.ExtentClose m => m.RepairId,
        Message.ExtentRepair m => m.RepairId,
        Message.ExtentReopen m => m.RepairId,
        _ => null,
    };

    private static void AckFrom(Bench bench, ulong id, params int[] slots)
    {
        foreach (var slot in slots)
            bench.Say(slot, new Message.RepairAckId(new(id)));
    }

    /// <summary>These slots and no others were last sent such a message.</summary>
    private static void AssertLast<T>(Bench bench, params int[] slots) =>
        Assert.Equal(slots, Enumerable.Range(0, 3).Where(slot => bench.LastSent(slot) is T));

    private static void Negotiate(Bench bench, params string[] copies)
    {
        for (var slot = 0; slot < 3; slot++)
        {
            var (extent, all) = (Extent(copies[slot]), Bench.Extents(1, 1));
            (all.Generations[0], all.FlushNumbers[0], all.DirtyBits[0]) = (extent.Generations[0], extent.FlushNumbers[0], extent.DirtyBits[0]);
            bench.Negotiate(slot, all);
        }
    }

    /// <summary>One extent: <c>generation.flush</c>, with a d when dirty.</summary>
    private static Message.ExtentVersions Extent(string text)
    {
        var numbers = text.TrimEnd('d').Split('.');
        return new([new(ulong.Parse(numbers[0]))], [new(ulong.Parse(numbers[1]))], [text.EndsWith('d')]);
    }
}
