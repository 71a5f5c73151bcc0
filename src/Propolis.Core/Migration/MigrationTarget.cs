using Propolis.Core.Lifecycle;
using static Propolis.Core.Migration.MigrationTransition<Propolis.Core.Migration.MigrationTargetState>;

namespace Propolis.Core.Migration;

// The server a guest comes to. docs/migration.md has the exchange, and what each failure leads to.
//
//   link -> choice -> spec -> build -> push (running) -> push (paused) -> time -> devices -> import -> pull -> history
//     -> console -> [disks -> take -> go -> activate]* -> let go -> done
//                                                            └─ way lost ─> doubt -> done
//
// Until it has said that it holds the disks, it may give up at any time. From then on the source may have let go: only the
// source's word, or its silence until it can no longer run the guest, decides.

/// <summary>The decisions of the target's end of a migration.</summary>
public static class MigrationTarget
{
    public static MigrationTransition<MigrationTargetState> Begin(Guid migration, string address, MigrationLimits limits) =>
        Wait(new MigrationTargetState(migration, address, TargetStep.Link), TargetStep.Link, limits.Step);

    /// <summary>Takes one input. Total: whatever a peer or this service's parts say has an arm.</summary>
    public static MigrationTransition<MigrationTargetState> Step(
        MigrationTargetState s, MigrationInput input, MigrationLimits limits) => (s.Step, input) switch
    {
        (TargetStep.Done, _) => To(s),
        (_, MigrationInput.Elapsed e) when e.Wait != s.Wait => To(s),
        (_, MigrationInput.Aborted a) => Fail(s, a.Why, isVmTold: false),
        (TargetStep.Doubt, MigrationInput.OutcomeHeard { Finished: true }) => Arrive(s),
        (TargetStep.Doubt, MigrationInput.OutcomeHeard) => Fail(s, "the source kept the guest"),
        // The source's disks are ours until it takes them back, which it can no longer do.
        (TargetStep.Doubt, MigrationInput.Elapsed) when s.Dialect == MigrationDialect.HandOver => Arrive(s),
        (TargetStep.Doubt, MigrationInput.Elapsed) => Fail(s, "the way to the source was lost, and it cannot be asked what it did"),
        (TargetStep.Doubt, MigrationInput.Said { Frame: MigrationFrame.Okay }) => Arrive(s),
        (TargetStep.Doubt, MigrationInput.Said { Frame: MigrationFrame.Error e }) => Fail(s, $"the source gave up: {e.Shown}"),
        (TargetStep.Doubt, _) => To(s),
        (_, MigrationInput.Said { Frame: MigrationFrame.Error e }) => Fail(s, $"the source gave up: {e.Shown}"),
        (TargetStep.LetGo, MigrationInput.LinkLost or MigrationInput.Elapsed)
            => Wait(s, TargetStep.Doubt, limits.Doubt, new MigrationEffect.AskOutcome()),
        (TargetStep.LetGo, MigrationInput.NotDone) => To(s),
        (_, MigrationInput.LinkLost l) => Fail(s, l.Why),
        (_, MigrationInput.NotDone n) => Fail(s, n.Why),
        (_, MigrationInput.Elapsed) => Fail(s, $"no progress in time at the step {s.Step}"),

        (TargetStep.Link, MigrationInput.LinkOpen)
            => Wait(s, TargetStep.Choice, limits.Step + limits.Pause, new MigrationEffect.SendWord(MigrationDialects.Offer)),
        (TargetStep.Choice, MigrationInput.Word w) => MigrationDialects.Chosen(w.Text) is { } dialect
            ? Wait(s with { Dialect = dialect }, TargetStep.Spec, limits.Step, Published(MigrationState.Sync))
            : Fail(s, "the source chose a way of migrating that was not offered"),
        (TargetStep.Spec, MigrationInput.Said { Frame: MigrationFrame.Serialized p })
            => Wait(s, TargetStep.Build, limits.Step, new MigrationEffect.BuildVm(p.Text, s.Dialect)),
        (TargetStep.Build, MigrationInput.VmBuilt) => Wait(
            s, TargetStep.PushRunning, limits.Step,
            Sent(new MigrationFrame.Okay()), Published(MigrationState.RamPush), Query()),

        (TargetStep.PushRunning or TargetStep.PushPaused, MigrationInput.Said { Frame: MigrationFrame.MemOffer o })
            when s.Coming.IsEmpty && s.Offered.Length < GuestPages.BitmapBytesMax
            => Wait(s with { Offered = s.Offered.Add(o.Pages) }, s.Step, limits.Step),
        (TargetStep.PushRunning or TargetStep.PushPaused, MigrationInput.Said { Frame: MigrationFrame.MemEnd })
            when s.Coming.IsEmpty => FetchNext(s, limits),
        (TargetStep.PushRunning or TargetStep.PushPaused, MigrationInput.Said { Frame: MigrationFrame.MemXfer x })
            when s.Coming.IsEmpty && !s.Offered.IsEmpty && x.Pages.Equals(s.Offered[0])
            => Wait(s with { Offered = s.Offered.RemoveAt(0), Coming = [.. x.Pages.Addresses] }, s.Step, limits.Step),
        (TargetStep.PushRunning or TargetStep.PushPaused, MigrationInput.Said { Frame: MigrationFrame.Page p })
            when !s.Coming.IsEmpty => TakePage(s, p.Bytes, limits),

        (TargetStep.Time, MigrationInput.Said { Frame: MigrationFrame.Serialized }) => Wait(
            s, TargetStep.Devices, limits.Step, Sent(new MigrationFrame.Okay()), Published(MigrationState.Device)),
        (TargetStep.Devices, MigrationInput.Said { Frame: MigrationFrame.Serialized d }) when s.Devices is null
            => MigrationText.ReadDevices(d.Text) is { } devices
                ? Wait(s with { Devices = devices }, TargetStep.Devices, limits.Step)
                : Fail(s, "a list of devices that cannot be read"),
        (TargetStep.Devices, MigrationInput.Said { Frame: MigrationFrame.Okay }) when s.Devices is { } devices => Wait(
            s, TargetStep.Import, limits.Step,
            new MigrationEffect.ImportGuest(new MachineImage(GuestPages.MemoryOf(s.Pages), devices))),
        (TargetStep.Import, MigrationInput.GuestImported) => Wait(
            s, TargetStep.Pull, limits.Step,
            Sent(new MigrationFrame.Okay()), Published(MigrationState.RamPull), Query()),
        (TargetStep.Pull, MigrationInput.Said { Frame: MigrationFrame.MemEnd }) => Wait(
            s, TargetStep.History, limits.Step,
            Sent(new MigrationFrame.MemDone()), Published(MigrationState.Server),
            Sent(new MigrationFrame.Serialized(MigrationText.OfText(s.Address)))),
        (TargetStep.History, MigrationInput.Said { Frame: MigrationFrame.Serialized h })
            => MigrationText.ReadHistory(h.Text) is { } history
                ? Wait(s, TargetStep.Console, limits.Step, new MigrationEffect.ImportConsole(history))
                : Fail(s, "a console history that cannot be read"),

        (TargetStep.Console, MigrationInput.ConsoleImported) when s.Dialect == MigrationDialect.Plain => Wait(
            s, TargetStep.LetGo, limits.Step * 2, Sent(new MigrationFrame.Okay()), Sent(new MigrationFrame.Okay())),
        (TargetStep.Console, MigrationInput.ConsoleImported)
            => Wait(s, TargetStep.Disks, limits.Step * 2, Sent(new MigrationFrame.Okay())),
        (TargetStep.Disks or TargetStep.LetGo, MigrationInput.Said { Frame: MigrationFrame.Serialized d })
            when s.Dialect == MigrationDialect.HandOver => MigrationText.ReadDisks(d.Text) is { } disks
                ? Wait(s, TargetStep.Take, limits.Step, new MigrationEffect.TakeDisks(ValueList.From(disks)))
                : Fail(s, "a list of disks that cannot be read"),
        (TargetStep.Take, MigrationInput.DisksTaken t) => Wait(
            s, TargetStep.Go, limits.Step, Sent(new MigrationFrame.Serialized(MigrationText.OfGeneration(t.Generation)))),
        (TargetStep.Go, MigrationInput.Said { Frame: MigrationFrame.Okay }) when s.HoldsDisks => SayHeld(s, limits),
        (TargetStep.Go, MigrationInput.Said { Frame: MigrationFrame.Okay }) => Wait(
            s, TargetStep.Activate, limits.Activation, new MigrationEffect.TellVm(new VmInput.DisksWanted(s.Migration))),
        (TargetStep.Activate, MigrationInput.OfVm { News: MigrationNews.DisksActive })
            => SayHeld(s with { HoldsDisks = true }, limits),
        (TargetStep.LetGo, MigrationInput.Said { Frame: MigrationFrame.Okay }) => Arrive(s),

        // A source that lies now may have let go all the same.
        (TargetStep.LetGo, MigrationInput.Said or MigrationInput.Word)
            => Wait(s, TargetStep.Doubt, limits.Doubt, new MigrationEffect.AskOutcome()),
        (_, MigrationInput.Said or MigrationInput.Word) => Fail(s, $"the source said {input.Kind} at the step {s.Step}"),
        // Stale: an answer that was waited for no longer.
        _ => To(s),
    };

    private static MigrationTransition<MigrationTargetState> FetchNext(MigrationTargetState s, MigrationLimits limits)
    {
        if (!s.Offered.IsEmpty)
            return Wait(s, s.Step, limits.Step, Sent(new MigrationFrame.MemFetch(s.Offered[0])));
        return s.Step == TargetStep.PushRunning
            ? Wait(s, TargetStep.PushPaused, (limits.Step + limits.Pause) * 2,
                Sent(new MigrationFrame.MemDone()), Published(MigrationState.Pause),
                Published(MigrationState.RamPushDirty), Query())
            : Wait(s, TargetStep.Time, limits.Step, Sent(new MigrationFrame.MemDone()), Published(MigrationState.Pause));
    }

    private static MigrationTransition<MigrationTargetState> TakePage(
        MigrationTargetState s, ReadOnlyMemory<byte> page, MigrationLimits limits)
    {
        var next = s with { Pages = s.Pages.SetItem(s.Coming[0], page), Coming = s.Coming.RemoveAt(0) };
        return next.Coming.IsEmpty ? FetchNext(next, limits) : Wait(next, next.Step, limits.Step);
    }

    /// <summary>The point of doubt: from here on the source may have let go of the guest.</summary>
    private static MigrationTransition<MigrationTargetState> SayHeld(MigrationTargetState s, MigrationLimits limits) =>
        Wait(s, TargetStep.LetGo, limits.Step * 2, Sent(new MigrationFrame.Okay()));

    private static MigrationTransition<MigrationTargetState> Arrive(MigrationTargetState s) => To(
        s with { Step = TargetStep.Done },
        Published(MigrationState.Finish), new MigrationEffect.TellVm(new VmInput.GuestArrived(s.Migration)),
        new MigrationEffect.End());

    private static MigrationTransition<MigrationTargetState> Fail(MigrationTargetState s, string why, bool isVmTold = true)
    {
        // Until the source has been heard there is nothing to say of it but what is said already.
        ValueList<MigrationEffect> published = s.Step is TargetStep.Link or TargetStep.Choice or TargetStep.Build
            ? []
            : [Published(MigrationState.Error)];
        ValueList<MigrationEffect> told = isVmTold
            ? [new MigrationEffect.TellVm(new VmInput.MigrationInFailed(s.Migration, $"migration failed: {why}"))]
            : [];
        return new MigrationTransition<MigrationTargetState>(
            s with { Step = TargetStep.Done },
            [.. published, Sent(new MigrationFrame.Error(why)), .. told, new MigrationEffect.End()]);
    }

    private static MigrationTransition<MigrationTargetState> Wait(
        MigrationTargetState s, TargetStep step, TimeSpan limit, params ReadOnlySpan<MigrationEffect> effects)
    {
        var next = s with { Step = step, Wait = s.Wait + 1 };
        return new MigrationTransition<MigrationTargetState>(next, [.. effects, new MigrationEffect.Arm(next.Wait, limit)]);
    }

    private static MigrationEffect Query() => Sent(new MigrationFrame.MemQuery(0, ulong.MaxValue / GuestPages.PageBytes * GuestPages.PageBytes));

    private static MigrationEffect Sent(MigrationFrame frame) => new MigrationEffect.Send(frame);

    private static MigrationEffect Published(MigrationState state) => new MigrationEffect.Publish(state);
}
