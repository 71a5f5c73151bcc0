using Propolis.Core.Lifecycle;
using static Propolis.Core.Migration.MigrationTransition<Propolis.Core.Migration.MigrationSourceState>;

namespace Propolis.Core.Migration;

// The server a guest leaves. docs/migration.md has the exchange, and what each failure leads to.
//
//   offer -> built -> push (running) -> pause -> flush -> export -> push (paused) -> time -> devices -> pull -> address
//     -> console -> [read disks -> generation -> finish -> seal]* -> hand over -> done
//
// Until the VM has let go of the guest (HandOver), anything that goes wrong lets it run on here. From then on nothing does.

/// <summary>The decisions of the source's end of a migration.</summary>
public static class MigrationSource
{
    /// <summary>Begins. The VM was asked already whether it may.</summary>
    public static MigrationTransition<MigrationSourceState> Begin(Guid migration, SpecTexts spec, MigrationLimits limits) =>
        Wait(new MigrationSourceState(migration, spec, SourceStep.Offer), SourceStep.Offer, limits.Pause + limits.Step);

    /// <summary>Takes one input. Total: whatever a peer or this service's parts say has an arm.</summary>
    public static MigrationTransition<MigrationSourceState> Step(
        MigrationSourceState s, MigrationInput input, MigrationLimits limits) => (s.Step, input) switch
    {
        (SourceStep.Done, _) => To(s),
        (SourceStep.HandOver, MigrationInput.OfVm { News: MigrationNews.HandedOver }) => HandOver(s),
        // What is decided elsewhere is decided there: the VM says which came first.
        (SourceStep.HandOver, MigrationInput.LinkLost or MigrationInput.Elapsed or MigrationInput.NotDone
            or MigrationInput.Said or MigrationInput.Word) => To(s),
        (_, MigrationInput.Elapsed e) when e.Wait != s.Wait => To(s),
        (_, MigrationInput.Aborted a) => Fail(s, a.Why, isVmTold: false),
        (_, MigrationInput.LinkLost l) => Fail(s, l.Why),
        (_, MigrationInput.NotDone n) => Fail(s, n.Why),
        (_, MigrationInput.Said { Frame: MigrationFrame.Error e }) => Fail(s, $"the target gave up: {e.Text}"),
        (_, MigrationInput.Elapsed) => Fail(s, $"no progress in time at the step {s.Step}"),

        (SourceStep.Offer, MigrationInput.OfVm { News: MigrationNews.Admitted }) => Agree(s with { IsAdmitted = true }, limits),
        (SourceStep.Offer, MigrationInput.Word w) when s.Offer is null => Agree(s with { Offer = w.Text }, limits),
        (SourceStep.Built, MigrationInput.Said { Frame: MigrationFrame.Okay })
            => Wait(s, SourceStep.PushRunning, limits.Step, Published(MigrationState.RamPush)),
        // Nothing of a simulated guest can be copied while it runs.
        (SourceStep.PushRunning, MigrationInput.Said { Frame: MigrationFrame.MemQuery q })
            => Wait(s, s.Step, limits.Step, Sent(new MigrationFrame.MemEnd(q.Start, q.End))),
        (SourceStep.PushRunning, MigrationInput.Said { Frame: MigrationFrame.MemDone }) => Wait(
            s, SourceStep.Pause, limits.Pause,
            Published(MigrationState.Pause), Published(MigrationState.Pause),
            new MigrationEffect.TellVm(new VmInput.PauseWanted(s.Migration))),
        (SourceStep.Pause or SourceStep.Flush or SourceStep.Export, MigrationInput.Said { Frame: MigrationFrame.MemQuery q })
            when s.Query is null => To(s with { Query = q }),
        (SourceStep.Pause, MigrationInput.OfVm { News: MigrationNews.GuestPaused })
            => Wait(s, SourceStep.Flush, limits.Pause, new MigrationEffect.FlushDisks()),
        (SourceStep.Flush, MigrationInput.DisksFlushed)
            => Wait(s, SourceStep.Export, limits.Step, new MigrationEffect.ExportGuest()),
        (SourceStep.Export, MigrationInput.GuestExported e) => Exported(s, e.Image, limits),
        (SourceStep.PushPaused, MigrationInput.Said { Frame: MigrationFrame.MemQuery q }) => Offer(s, q, limits),
        (SourceStep.PushPaused, MigrationInput.Said { Frame: MigrationFrame.MemFetch f }) => Transfer(s, f.Pages, limits),
        (SourceStep.PushPaused, MigrationInput.Said { Frame: MigrationFrame.MemDone }) => Wait(
            s, SourceStep.Time, limits.Step,
            Published(MigrationState.Pause), Sent(new MigrationFrame.Serialized(MigrationText.OfText("time of the guest")))),
        (SourceStep.Time, MigrationInput.Said { Frame: MigrationFrame.Okay }) => Wait(
            s, SourceStep.Devices, limits.Step * 2,
            Published(MigrationState.Device),
            Sent(new MigrationFrame.Serialized(MigrationText.OfDevices(s.Image!.Devices))), Sent(new MigrationFrame.Okay())),
        (SourceStep.Devices, MigrationInput.Said { Frame: MigrationFrame.Okay }) => Wait(
            s, SourceStep.Pull, limits.Step,
            Published(MigrationState.RamPush), Published(MigrationState.Pause), Published(MigrationState.RamPushDirty)),
        (SourceStep.Pull, MigrationInput.Said { Frame: MigrationFrame.MemQuery q })
            => Wait(s, s.Step, limits.Step, Sent(new MigrationFrame.MemEnd(q.Start, q.End))),
        (SourceStep.Pull, MigrationInput.Said { Frame: MigrationFrame.MemDone })
            => Wait(s, SourceStep.Address, limits.Step, Published(MigrationState.Server)),
        (SourceStep.Address, MigrationInput.Said { Frame: MigrationFrame.Serialized a })
            => Wait(s, SourceStep.Console, limits.Step, new MigrationEffect.ExportConsole(MigrationText.ReadText(a.Text) ?? "")),
        (SourceStep.Console, MigrationInput.ConsoleExported c) => Wait(
            s, SourceStep.ConsoleTaken, limits.Step * 2, Sent(new MigrationFrame.Serialized(MigrationText.OfHistory(c.History)))),

        // A plain target is done now, and touches the disks when it was told that the guest is its own.
        (SourceStep.ConsoleTaken, MigrationInput.Said { Frame: MigrationFrame.Okay }) when s.Dialect == MigrationDialect.Plain
            => Wait(s, SourceStep.Finish, limits.Step),
        (SourceStep.ConsoleTaken, MigrationInput.Said { Frame: MigrationFrame.Okay })
            => Wait(s, SourceStep.ReadDisks, limits.Step, new MigrationEffect.ReadDisks()),
        (SourceStep.ReadDisks, MigrationInput.DisksRead d) => OfferDisks(s, d.Disks, limits),
        (SourceStep.Generation, MigrationInput.Said { Frame: MigrationFrame.Serialized g })
            => LetActivate(s, MigrationText.ReadGeneration(g.Text), limits),
        (SourceStep.Finish, MigrationInput.Said { Frame: MigrationFrame.Okay })
            => Wait(s, SourceStep.Seal, limits.Step, new MigrationEffect.SealDisks()),
        (SourceStep.Seal, MigrationInput.DisksRead d) => Sealed(s, d.Disks, limits),

        (_, MigrationInput.Said or MigrationInput.Word) => Fail(s, $"the target said {input} at the step {s.Step}"),
        // Stale: an answer that was waited for no longer.
        _ => To(s),
    };

    private static MigrationTransition<MigrationSourceState> Agree(MigrationSourceState s, MigrationLimits limits)
    {
        if (s.Offer is not { } offer)
            return To(s);
        if (MigrationDialects.Choose(offer) is not { } dialect)
            return Fail(s, "the target offers no way of migrating that is known here");
        if (!s.IsAdmitted)
            return To(s);
        var spec = dialect == MigrationDialect.HandOver ? s.SpecTexts.HandOver : s.SpecTexts.Plain;
        return Wait(
            s with { Dialect = dialect }, SourceStep.Built, limits.Step * 2,
            new MigrationEffect.SendWord(MigrationDialects.Word(dialect)),
            new MigrationEffect.TellVm(new VmInput.MigrationOutBegun(s.Migration)),
            Published(MigrationState.Sync), Sent(new MigrationFrame.Serialized(spec)));
    }

    private static MigrationTransition<MigrationSourceState> Exported(
        MigrationSourceState s, MachineImage image, MigrationLimits limits)
    {
        if (image.Memory.Length > MachineImage.MemoryBytesMax)
            return Fail(s, "the guest's memory is larger than can be moved");
        var next = Wait(
            s with { Image = image }, SourceStep.PushPaused, limits.Step, Published(MigrationState.RamPushDirty));
        return s.Query is { } query ? Then(next, Offer(next.State, query, limits)) : next;
    }

    private static MigrationTransition<MigrationSourceState> Offer(
        MigrationSourceState s, MigrationFrame.MemQuery query, MigrationLimits limits)
    {
        var offers = GuestPages.OffersOf(s.Image!.Memory);
        return Wait(
            s with { Offers = offers }, SourceStep.PushPaused, limits.Step,
            [.. offers.Select(pages => Sent(new MigrationFrame.MemOffer(pages))), Sent(new MigrationFrame.MemEnd(query.Start, query.End))]);
    }

    private static MigrationTransition<MigrationSourceState> Transfer(
        MigrationSourceState s, PageRange wanted, MigrationLimits limits)
    {
        if (!s.Offers.Contains(wanted))
            return Fail(s, "the target wants pages that were not offered");
        return Wait(
            s, SourceStep.PushPaused, limits.Step,
            [
                Sent(new MigrationFrame.MemXfer(wanted)),
                .. wanted.Addresses.Select(a => Sent(new MigrationFrame.Page(GuestPages.PageOf(s.Image!.Memory, a)))),
            ]);
    }

    private static MigrationTransition<MigrationSourceState> OfferDisks(
        MigrationSourceState s, ValueList<HandOverDisk> disks, MigrationLimits limits) => s.Rounds == MigrationLimits.RoundsMax
        ? Fail(s, "the disks' configuration changed faster than it could be handed over")
        : Wait(s with { Disks = disks, Rounds = s.Rounds + 1 }, SourceStep.Generation, limits.Step * 2,
            Sent(new MigrationFrame.Serialized(MigrationText.OfDisks(disks))));

    /// <summary>The target may activate from here on, so from here on the disks have to be taken back after a failure.</summary>
    private static MigrationTransition<MigrationSourceState> LetActivate(
        MigrationSourceState s, ulong? generation, MigrationLimits limits)
    {
        if (generation is not { } taken || taken == ulong.MaxValue)
            return Fail(s, "the target did not say which generation it takes the disks with");
        var known = s.Disks.Select(d => d.Runs).Append(taken).Append(s.ReclaimGeneration - 1 ?? 0).Max();
        return Wait(
            s with { ReclaimGeneration = known + 1 }, SourceStep.Finish, limits.ActivationOfPeer, Sent(new MigrationFrame.Okay()));
    }

    /// <summary>Whatever replacement was taken since the disks were offered goes after them, in another round.</summary>
    private static MigrationTransition<MigrationSourceState> Sealed(
        MigrationSourceState s, ValueList<HandOverDisk> disks, MigrationLimits limits)
    {
        if (s.Dialect == MigrationDialect.HandOver && disks.Any(d => !s.Disks.Any(o => o.Disk == d.Disk && o.Revision == d.Revision)))
        {
            var again = OfferDisks(s, disks, limits);
            return again with { Effects = [new MigrationEffect.UnsealDisks(), .. again.Effects] };
        }

        return Wait(s, SourceStep.HandOver, limits.Step, new MigrationEffect.TellVm(new VmInput.HandOverWanted(s.Migration)));
    }

    private static MigrationTransition<MigrationSourceState> HandOver(MigrationSourceState s) => To(
        s with { Step = SourceStep.Done },
        Sent(new MigrationFrame.Okay()), Published(MigrationState.Finish),
        new MigrationEffect.TellVm(new VmInput.HandOverSent(s.Migration)), new MigrationEffect.End());

    private static MigrationTransition<MigrationSourceState> Fail(MigrationSourceState s, string why, bool isVmTold = true)
    {
        var effects = new List<MigrationEffect>
        {
            Published(MigrationState.Error), Sent(new MigrationFrame.Error(why)), new MigrationEffect.UnsealDisks(),
        };
        if (isVmTold)
            effects.Add(new MigrationEffect.TellVm(new VmInput.MigrationOutFailed(s.Migration, s.ReclaimGeneration)));
        effects.Add(new MigrationEffect.End());
        return new MigrationTransition<MigrationSourceState>(s with { Step = SourceStep.Done }, ValueList.From(effects));
    }

    private static MigrationTransition<MigrationSourceState> Wait(
        MigrationSourceState s, SourceStep step, TimeSpan limit, params ReadOnlySpan<MigrationEffect> effects)
    {
        var next = s with { Step = step, Wait = s.Wait + 1 };
        return new MigrationTransition<MigrationSourceState>(next, [.. effects, new MigrationEffect.Arm(next.Wait, limit)]);
    }

    private static MigrationTransition<MigrationSourceState> Then(
        MigrationTransition<MigrationSourceState> first, MigrationTransition<MigrationSourceState> second) =>
        second with { Effects = [.. first.Effects, .. second.Effects] };

    private static MigrationEffect Sent(MigrationFrame frame) => new MigrationEffect.Send(frame);

    private static MigrationEffect Published(MigrationState state) => new MigrationEffect.Publish(state);
}
