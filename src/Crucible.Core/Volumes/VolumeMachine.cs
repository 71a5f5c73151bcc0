using System.Diagnostics;

namespace Crucible.Core.Volumes;

/// <summary>
/// Every decision about one volume but those inside its region sets: its VCR and revision, when its region sets are active,
/// and every replacement. Pure; it never asks what a VM is doing. <see cref="VolumePhase"/> has the picture.
/// </summary>
/// <remarks>
/// Two tables that do not wait for each other: <see cref="VolumeActivation"/> follows demand, and
/// <see cref="VolumeReplacements"/> takes replacements in every phase.
/// </remarks>
public static class VolumeMachine
{
    /// <summary>Begins a volume that never was.</summary>
    /// <returns>Effects to carry out: publish the facts and store the first record.</returns>
    public static VolumeCreation Create(VcrText text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var record = new VolumeRecord(text, VcrRevision.First, VcrOrigin.Created, LastReplacement: null, Unsynced: []);
        return Begin(record, start => start.Then(VolumeReplacements.StoreNow));
    }

    /// <summary>Continues a volume from what was stored. It is idle until demand is stated again.</summary>
    /// <returns>Effects to carry out: publish the facts.</returns>
    public static VolumeCreation Recover(VolumeRecord record)
    {
        ArgumentNullException.ThrowIfNull(record);
        return Begin(record, start => start);
    }

    /// <summary>Takes one input. Total: whatever servers, operators and old attempts send has an arm.</summary>
    /// <exception cref="UnreachableException">The host named a region set or an input that does not exist.</exception>
    public static VolumeTransition Step(VolumeState state, VolumeInput input)
    {
        ArgumentNullException.ThrowIfNull(state);
        ArgumentNullException.ThrowIfNull(input);
        var (next, effects) = Decide(state, input);
        return next.Facts == state.Facts
            ? new VolumeTransition(next, effects)
            : new VolumeTransition(next, [new VolumeEffect.Publish(next.Facts), .. effects]);
    }

    private static VolumeTransition Decide(VolumeState state, VolumeInput input) => (state.Phase, input) switch
    {
        (VolumePhase.Ended, VolumeInput.Replace r) => VolumeReplacements.AnswerGone(state, r.Request),
        (VolumePhase.Ended, _) => VolumeTransition.To(state),  // nobody is left to hear of it
        (_, VolumeInput.Ending) => VolumeReplacements.AnswerAllGone(state).Then(VolumeActivation.End),
        (_, VolumeInput.Replace r) => VolumeReplacements.Arrived(state, r),
        (_, VolumeInput.RegionSetReplaced r) => VolumeReplacements.RegionSetAnswered(state, r),
        (_, VolumeInput.Stored s) => VolumeReplacements.Stored(state, s.Store),
        (_, VolumeInput.StoreFailed s) => VolumeReplacements.StoreFailed(state, s),
        (_, VolumeInput.InSyncChanged s) => VolumeReplacements.InSyncChanged(state, s),
        _ => VolumeActivation.Step(state, input),
    };

    private static VolumeCreation Begin(VolumeRecord record, Func<VolumeTransition, VolumeTransition> andThen)
    {
        var parsed = VcrParser.Parse(record.Text.Json);
        if (parsed is VcrParseResult.Malformed malformed)
            return new VolumeCreation.Refused(malformed.Error);
        var vcr = ((VcrParseResult.Parsed)parsed).Vcr;
        if ((VcrValidator.Check(vcr) ?? VolumeSupport.WhyNot(vcr)) is { } error)
            return new VolumeCreation.Refused(error);
        var state = new VolumeState(
            record, vcr, new Attempt(0), new VolumePhase.Idle(), InFlight: null, Waiting: [], default);
        return new VolumeCreation.Created(andThen(VolumeTransition.To(state, new VolumeEffect.Publish(state.Facts))));
    }
}
