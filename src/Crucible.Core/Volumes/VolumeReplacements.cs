using System.Diagnostics;
using Crucible.Core.Upstairs;

namespace Crucible.Core.Volumes;

/// <summary>
/// The half of <see cref="VolumeMachine"/> that takes replacements: in order, one in progress, and in every phase alike.
/// </summary>
/// <remarks>
/// <code>
///   arrived ──▶ waiting ──▶ compared ──▶ asking the region set ──▶ storing ──▶ answered
///                              └─────── generations only ─────────────▲
/// </code>
/// The record changes when the region set has accepted, and the answer follows when the record is durable. The region
/// set is the one in which the VCR changed, not the first that has the address: otherwise, with an address in two region
/// sets, one would change and the VCR would say the other had.
/// </remarks>
internal static class VolumeReplacements
{
    public static VolumeTransition Arrived(VolumeState state, VolumeInput.Replace input) =>
        VcrParser.Parse(input.Text.Json) switch
        {
            VcrParseResult.Malformed m => Answer(state, input.Request, VolumeRefusals.Malformed(m.Error)),
            _ when state.Waiting.Count == VolumeLimits.MaxWaitingReplacements
                => Answer(state, input.Request, VolumeRefusals.TooMany(state.Id)),
            VcrParseResult.Parsed p => TakeNext(state with
            {
                Waiting = state.Waiting.Add(new WaitingReplacement(input.Request, input.Text, p.Vcr)),
            }),
            _ => throw new UnreachableException(),
        };

    public static VolumeTransition RegionSetAnswered(VolumeState state, VolumeInput.RegionSetReplaced input) =>
        (state.InFlight, input.Outcome) switch
        {
            // Stale: not the question that is open.
            (var inFlight, _) when inFlight is not ReplacementInFlight.Asking || inFlight.Request != input.Request
                => VolumeTransition.To(state),
            (ReplacementInFlight.Asking a, ReplaceOutcome.Started)
                => TargetChanged(state, a, VolumeReplaceResult.Started, inSync: false),
            (ReplacementInFlight.Asking a, ReplaceOutcome.StartedAlready)
                => TargetChanged(state, a, VolumeReplaceResult.StartedAlready, inSync: false),
            (ReplacementInFlight.Asking a, ReplaceOutcome.CompletedAlready)
                => TargetChanged(state, a, VolumeReplaceResult.CompletedAlready, inSync: true),
            (ReplacementInFlight.Asking a, ReplaceOutcome.Missing)
                => Finish(state, VolumeRefusals.Missing(state.Id, a.Change.Old)),
            (_, ReplaceOutcome.Refused r) => Finish(state, VolumeRefusals.ByRegionSet(state.Id, r)),
            _ => throw new UnreachableException($"{input} in {state}"),
        };

    public static VolumeTransition Stored(VolumeState state, StoreNumber number)
    {
        var durable = number.Value > state.Stores.Durable.Value ? number : state.Stores.Durable;
        var next = state with { Stores = state.Stores with { Durable = durable } };
        return next.InFlight is ReplacementInFlight.Storing s && s.Store.Value <= durable.Value
            ? Finish(next, s.Answer)
            : VolumeTransition.To(next);
    }

    public static VolumeTransition StoreFailed(VolumeState state, VolumeInput.StoreFailed input)
    {
        if (input.Store != state.Stores.Issued)
            return VolumeTransition.To(state);  // a later store carries everything this one did
        var next = state with { Stores = state.Stores with { NewestFailed = true } };
        return next.InFlight is ReplacementInFlight.Storing
            ? Finish(next, VolumeRefusals.NotStored(state.Id, input.Why))
            : VolumeTransition.To(next);
    }

    /// <summary>Notes which copies are whole. Not while deactivating: a server that is let go of is not out of sync.</summary>
    public static VolumeTransition InSyncChanged(VolumeState state, VolumeInput.InSyncChanged input)
    {
        if (state.Phase is VolumePhase.Deactivating || state.Phase.Running != input.Attempt)
            return VolumeTransition.To(state);  // stale
        var targets = VcrTree.RegionSets(state.Vcr)[input.RegionSet.Value].Region.Opts.Target;
        var last = state.Record.LastReplacement;
        var record = state.Record with
        {
            Unsynced = [.. state.Record.Unsynced.Where(slot =>
                slot.RegionSet != input.RegionSet || !input.InSync.Contains(targets[slot.Slot.Value]))],
            LastReplacement = last?.Where.RegionSet == input.RegionSet
                ? last with { InSync = input.InSync.Contains(last.New) }
                : last,
        };
        return record == state.Record ? VolumeTransition.To(state) : StoreNow(state with { Record = record });
    }

    public static VolumeTransition AnswerGone(VolumeState state, VolumeRequestId request) =>
        Answer(state, request, VolumeRefusals.Gone(state.Id));

    public static VolumeTransition AnswerAllGone(VolumeState state)
    {
        IEnumerable<VolumeRequestId> requests = state.Waiting.Select(w => w.Request);
        if (state.InFlight is { } inFlight)
            requests = requests.Prepend(inFlight.Request);
        return new VolumeTransition(
            state with { InFlight = null, Waiting = [] },
            [.. requests.Select(r => new VolumeEffect.Answer(r, VolumeRefusals.Gone(state.Id)))]);
    }

    public static VolumeTransition StoreNow(VolumeState state)
    {
        var number = state.Stores.Issued.Next();
        return VolumeTransition.To(
            state with { Stores = state.Stores with { Issued = number, NewestFailed = false } },
            new VolumeEffect.Store(number, state.Record));
    }

    /// <summary>Goes on with the queue until something has to be waited for.</summary>
    private static VolumeTransition TakeNext(VolumeState state)
    {
        if (state.InFlight is not null || state.Waiting.IsEmpty)
            return VolumeTransition.To(state);
        var next = state.Waiting[0];
        return Take(state with { Waiting = state.Waiting.RemoveAt(0) }, next);
    }

    private static VolumeTransition Take(VolumeState state, WaitingReplacement next) =>
        VcrComparison.Compare(state.Vcr, next.Vcr) switch
        {
            VcrVerdict.ReplaceTarget change => AskRegionSet(state, next, change),
            VcrVerdict.NoTargetChange => Accept(state, next, VolumeReplaceResult.VcrMatches, state.Record with
            {
                Origin = VcrOrigin.GenerationRise,
            }),
            VcrVerdict.Error { Kind: VcrMismatch.NoDifference } when Repeated(state, next) is { } result
                => AnswerWhenDurable(state, next.Request, new VolumeReplaceAnswer.Accepted(result)),
            VcrVerdict.Error error => Refuse(state, next, VolumeRefusals.NotASuccessor(error)),
            _ => throw new UnreachableException(),
        };

    /// <summary>
    /// What a repeat of the last accepted VCR is answered; null when it is no repeat, or of the VCR the volume was created
    /// with. The reference answers every repeat with an error.
    /// </summary>
    private static VolumeReplaceResult? Repeated(VolumeState state, WaitingReplacement next) => state.Record switch
    {
        _ when next.Vcr != state.Vcr => null,
        { Origin: VcrOrigin.GenerationRise } => VolumeReplaceResult.VcrMatches,
        { Origin: VcrOrigin.TargetChange, LastReplacement.InSync: true } => VolumeReplaceResult.CompletedAlready,
        { Origin: VcrOrigin.TargetChange } => VolumeReplaceResult.StartedAlready,
        _ => null,
    };

    private static VolumeTransition AskRegionSet(
        VolumeState state, WaitingReplacement next, VcrVerdict.ReplaceTarget change)
    {
        var regions = VcrTree.RegionSets(state.Vcr);
        var index = regions.Select(r => r.Path).ToList().IndexOf(change.RegionPath);
        var where = new RegionSlot(new RegionSetIndex(index), change.Slot);
        // A region set looks after its own three addresses and cannot see those of its neighbours.
        if (regions.Where((_, i) => i != index).Any(r => r.Region.Opts.Target.Contains(change.New)))
            return Refuse(state, next, VolumeRefusals.InUse(state.Id, change));
        if (IsLastCopy(state, regions[index].Region, where))
            return Refuse(state, next, VolumeRefusals.LastCopy(state.Id, change.Old));
        return VolumeTransition.To(
            state with { InFlight = new ReplacementInFlight.Asking(next, change, where) },
            new VolumeEffect.ReplaceTarget(next.Request, where.RegionSet, change.Old, change.New));
    }

    /// <summary>
    /// True when every other slot was replaced and not in sync since, and this one was not. The region set has the same
    /// rule, but forgets with a restart; three blank copies would come up as an empty disk.
    /// </summary>
    private static bool IsLastCopy(VolumeState state, VolumeConstructionRequest.Region region, RegionSlot slot)
    {
        var unsynced = state.Record.Unsynced.Where(u => u.RegionSet == slot.RegionSet).ToList();
        return unsynced.Count == region.Opts.Target.Count - 1 && !unsynced.Contains(slot);
    }

    private static VolumeTransition TargetChanged(
        VolumeState state, ReplacementInFlight.Asking asking, VolumeReplaceResult result, bool inSync)
    {
        var readOnly = VcrTree.RegionSets(state.Vcr)[asking.Where.RegionSet.Value].Region.Opts.ReadOnly;
        var known = state.Record.Unsynced.Contains(asking.Where);
        // A read-only copy is complete when it is made: nothing is ever copied to it from here.
        var unsynced = readOnly || inSync || known ? state.Record.Unsynced : state.Record.Unsynced.Add(asking.Where);
        return Accept(state, asking.Replacement, result, state.Record with
        {
            Origin = VcrOrigin.TargetChange,
            LastReplacement = new VolumeReplacement(asking.Change.Old, asking.Change.New, asking.Where, inSync),
            Unsynced = unsynced,
        });
    }

    private static VolumeTransition Accept(
        VolumeState state, WaitingReplacement accepted, VolumeReplaceResult result, VolumeRecord record)
    {
        var next = state with
        {
            Vcr = accepted.Vcr,
            Record = record with { Text = accepted.Text, Revision = state.Record.Revision.Next() },
        };
        return StoreNow(next).Then(s =>
            AnswerWhenDurable(s, accepted.Request, new VolumeReplaceAnswer.Accepted(result)));
    }

    /// <summary>Answers now if the present record is durable, and otherwise when it is; stores it again if that failed.</summary>
    private static VolumeTransition AnswerWhenDurable(
        VolumeState state, VolumeRequestId request, VolumeReplaceAnswer.Accepted answer)
    {
        if (state.Stores.Durable == state.Stores.Issued)
            return Answer(state with { InFlight = null }, request, answer).Then(TakeNext);
        var storing = state.Stores.NewestFailed ? StoreNow(state) : VolumeTransition.To(state);
        return storing.Then(s => VolumeTransition.To(
            s with { InFlight = new ReplacementInFlight.Storing(request, s.Stores.Issued, answer) }));
    }

    private static VolumeTransition Refuse(
        VolumeState state, WaitingReplacement next, VolumeReplaceAnswer.Refused refusal) =>
        Answer(state, next.Request, refusal).Then(TakeNext);

    /// <summary>Answers the replacement in progress and goes on with the next.</summary>
    private static VolumeTransition Finish(VolumeState state, VolumeReplaceAnswer answer) =>
        Answer(state with { InFlight = null }, state.InFlight!.Request, answer).Then(TakeNext);

    private static VolumeTransition Answer(VolumeState state, VolumeRequestId request, VolumeReplaceAnswer answer) =>
        VolumeTransition.To(state, new VolumeEffect.Answer(request, answer));
}
