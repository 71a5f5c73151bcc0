using System.Diagnostics;

namespace Crucible.Core.Volumes;

/// <summary>The half of <see cref="VolumeMachine"/> that follows demand.</summary>
internal static class VolumeActivation
{
    public static VolumeTransition Step(VolumeState state, VolumeInput input) => (state.Phase, input) switch
    {
        (VolumePhase.Idle or VolumePhase.Failed, VolumeInput.Demand { Active: true }) => Activate(state),
        (VolumePhase.Activating, VolumeInput.Demand { Active: true }) => VolumeTransition.To(state),
        (VolumePhase.Active, VolumeInput.Demand { Active: true }) => ReportActive(state),
        (VolumePhase.Deactivating d, VolumeInput.Demand { Active: var wanted })
            => VolumeTransition.To(state with { Phase = d with { WantedAgain = wanted } }),

        (VolumePhase.Idle or VolumePhase.Failed, VolumeInput.Demand) => BecomeIdle(state, flushed: state.Phase is VolumePhase.Idle),
        (VolumePhase.Activating a, VolumeInput.Demand) => LetGo(state, a.Attempt).Then(s => BecomeIdle(s, flushed: true)),
        (VolumePhase.Active a, VolumeInput.Demand) => Deactivate(state, a.Attempt),

        (VolumePhase.Activating a, VolumeInput.Activated i) when i.Attempt == a.Attempt => OneActive(state, a, i.RegionSet),
        (VolumePhase.Activating a, VolumeInput.Failed i) when i.Attempt == a.Attempt => Fail(state, i),
        (VolumePhase.Active a, VolumeInput.Failed i) when i.Attempt == a.Attempt => Fail(state, i),

        (VolumePhase.Deactivating d, VolumeInput.Deactivated i) when i.Attempt == d.Attempt
            => OneInactive(state, d, i.RegionSet, flushed: true),
        (VolumePhase.Deactivating d, VolumeInput.Failed i) when i.Attempt == d.Attempt
            => OneInactive(state, d, i.RegionSet, flushed: false),
        (VolumePhase.Deactivating d, VolumeInput.GraceElapsed i) when i.Attempt == d.Attempt
            => LetGo(state, d.Attempt).Then(s => Inactive(s, d with { Flushed = false })),

        // Stale: an abandoned attempt answered, or its timer went off, or a region set answered twice.
        (_, VolumeInput.Activated or VolumeInput.Failed or VolumeInput.Deactivated or VolumeInput.GraceElapsed)
            => VolumeTransition.To(state),
        _ => throw new UnreachableException($"{input} in {state}"),
    };

    public static VolumeTransition End(VolumeState state)
    {
        var ended = state with { Phase = new VolumePhase.Ended() };
        return state.Phase.Running is { } attempt
            ? LetGo(ended, attempt).Then(s => Report(s, new VolumeReport.VolumeInactive(Flushed: false)))
            : VolumeTransition.To(ended);
    }

    /// <summary>Starts every region set at once, each with the generation of the VCR as it is now.</summary>
    private static VolumeTransition Activate(VolumeState state)
    {
        var attempt = state.LastAttempt.Next();
        var regions = VcrTree.RegionSets(state.Vcr);
        // Files and urls alone have no server to claim.
        if (regions.IsEmpty)
            return ReportActive(state with { LastAttempt = attempt, Phase = new VolumePhase.Active(attempt) });
        var next = state with
        {
            LastAttempt = attempt,
            Phase = new VolumePhase.Activating(attempt, Indexes(regions)),
        };
        return new VolumeTransition(
            next,
            [.. regions.Select((r, i) => new VolumeEffect.Activate(attempt, new RegionSetIndex(i), r.Region.Generation))]);
    }

    private static VolumeTransition OneActive(VolumeState state, VolumePhase.Activating phase, RegionSetIndex regionSet)
    {
        var waiting = phase.Waiting.Remove(regionSet);
        return waiting.IsEmpty
            ? ReportActive(state with { Phase = new VolumePhase.Active(phase.Attempt) })
            : VolumeTransition.To(state with { Phase = phase with { Waiting = waiting } });
    }

    private static VolumeTransition OneInactive(
        VolumeState state, VolumePhase.Deactivating phase, RegionSetIndex regionSet, bool flushed)
    {
        if (!phase.Waiting.Contains(regionSet))
            return VolumeTransition.To(state);  // stale: it has answered before
        var next = phase with { Waiting = phase.Waiting.Remove(regionSet), Flushed = phase.Flushed && flushed };
        return next.Waiting.IsEmpty ? Inactive(state, next) : VolumeTransition.To(state with { Phase = next });
    }

    /// <summary>The first region set that fails ends the attempt for all; a part of a disk is of no use.</summary>
    private static VolumeTransition Fail(VolumeState state, VolumeInput.Failed input)
    {
        var reason = new VolumeFailure(input.RegionSet, input.Error);
        return LetGo(state with { Phase = new VolumePhase.Failed(reason) }, input.Attempt)
            .Then(s => Report(s, new VolumeReport.VolumeFailed(reason)));
    }

    private static VolumeTransition Deactivate(VolumeState state, Attempt attempt)
    {
        var all = Indexes(VcrTree.RegionSets(state.Vcr));
        if (all.IsEmpty)
            return BecomeIdle(state, flushed: true);
        var phase = new VolumePhase.Deactivating(attempt, all, Flushed: true, WantedAgain: false);
        return VolumeTransition.To(state with { Phase = phase }, new VolumeEffect.Deactivate(attempt));
    }

    private static VolumeTransition Inactive(VolumeState state, VolumePhase.Deactivating phase) =>
        phase.WantedAgain ? Activate(state) : BecomeIdle(state, phase.Flushed);

    private static VolumeTransition BecomeIdle(VolumeState state, bool flushed) =>
        Report(state with { Phase = new VolumePhase.Idle() }, new VolumeReport.VolumeInactive(flushed));

    private static VolumeTransition LetGo(VolumeState state, Attempt attempt) =>
        VolumeTransition.To(state, new VolumeEffect.Withdraw(attempt));

    private static VolumeTransition ReportActive(VolumeState state) => Report(state, new VolumeReport.VolumeActive());

    private static VolumeTransition Report(VolumeState state, VolumeReport what) =>
        VolumeTransition.To(state, new VolumeEffect.Report(what));

    private static ValueList<RegionSetIndex> Indexes(ValueList<PlacedRegion> regions) =>
        [.. Enumerable.Range(0, regions.Count).Select(i => new RegionSetIndex(i))];
}
