using Crucible.Core.Upstairs;
using Crucible.Core.Volumes;
using Crucible.Wire;

namespace Crucible.Core.Tests.Volumes;

/// <summary>Carries a state from input to input and keeps what came out.</summary>
internal sealed class Drive
{
    public static readonly CrucibleError Overtaken = new CrucibleError.Plain(CrucibleErrorKind.NoLongerActive);

    public Drive(string notation)
    {
        var created = Assert.IsType<VolumeCreation.Created>(VolumeMachine.Create(Vcrs.Text(notation)));
        State = created.Start.State;
        Step(new VolumeInput.Stored(new StoreNumber(1)));
    }

    public Drive(VolumeState state) => State = state;

    public VolumeState State { get; private set; }

    /// <summary>Steps, and returns the effects but for <see cref="VolumeEffect.Publish"/>.</summary>
    public VolumeEffect[] Step(VolumeInput input)
    {
        var before = State.Facts;
        (State, var effects) = VolumeMachine.Step(State, input);
        // What was published is always what is so, and comes first.
        Assert.Equal(before != State.Facts, effects.FirstOrDefault() is VolumeEffect.Publish p && p.Facts == State.Facts);
        Assert.DoesNotContain(effects.Skip(1), e => e is VolumeEffect.Publish);
        return [.. effects.Where(e => e is not VolumeEffect.Publish)];
    }

    public VolumeEffect[] Replace(ulong request, string notation) =>
        Step(new VolumeInput.Replace(new VolumeRequestId(request), Vcrs.Text(notation)));

    public VolumeEffect[] Answered(ulong request, ReplaceOutcome outcome) =>
        Step(new VolumeInput.RegionSetReplaced(new VolumeRequestId(request), outcome));

    public VolumeEffect[] Started(ulong request) => Answered(request, new ReplaceOutcome.Started());

    /// <summary>Reports the newest store as durable.</summary>
    public VolumeEffect[] Stored() => Step(new VolumeInput.Stored(State.Stores.Issued));

    public VolumeEffect[] Demand(bool active) => Step(new VolumeInput.Demand(active));

    public VolumeEffect[] Activated(int regionSet) =>
        Step(new VolumeInput.Activated(State.LastAttempt, new RegionSetIndex(regionSet)));

    public VolumeEffect[] InSync(int regionSet, string letters) => Step(
        new VolumeInput.InSyncChanged(State.LastAttempt, new RegionSetIndex(regionSet), [.. letters.Select(Vcrs.Address)]));

    /// <summary>Replaces, with a region set that starts at once and a store that lasts.</summary>
    public VolumeReplaceAnswer ReplaceWhole(ulong request, string notation)
    {
        var effects = Replace(request, notation);
        if (effects is [VolumeEffect.ReplaceTarget])
            effects = Started(request);
        if (effects is [VolumeEffect.Store])
            effects = Stored();
        var answer = Assert.IsType<VolumeEffect.Answer>(Assert.Single(effects));
        Assert.Equal(new VolumeRequestId(request), answer.Request);
        return answer.Result;
    }

    public static VolumeReplaceAnswer Accepted(VolumeReplaceResult result) => new VolumeReplaceAnswer.Accepted(result);

    public static (VolumeRefusalKind Kind, string Code) Refused(VolumeReplaceAnswer answer)
    {
        var refused = Assert.IsType<VolumeReplaceAnswer.Refused>(answer);
        return (refused.Kind, refused.Code);
    }

    public static VolumeEffect AskedFor(ulong request, int regionSet, char old, char @new) => new VolumeEffect.ReplaceTarget(
        new VolumeRequestId(request), new RegionSetIndex(regionSet), Vcrs.Address(old), Vcrs.Address(@new));

    public static VolumeEffect Reported(VolumeReport report) => new VolumeEffect.Report(report);

    /// <summary>A volume of two region sets in the named phase; <c>a b c</c> and <c>d e f</c>, generation 2.</summary>
    public static Drive In(string phase)
    {
        var drive = new Drive("V(R(2;a b c), R(2;d e f))");
        if (phase == "Idle")
            return drive;
        drive.Demand(true);
        if (phase is "Active" or "Deactivating" or "WantedAgain" or "HalfDeactivated")
            _ = (drive.Activated(0), drive.Activated(1));
        if (phase is "Deactivating" or "WantedAgain" or "HalfDeactivated")
            drive.Demand(false);
        if (phase == "WantedAgain")
            drive.Demand(true);
        if (phase == "HalfActivated")
            drive.Activated(1);
        if (phase == "HalfDeactivated")
            drive.Step(new VolumeInput.Deactivated(drive.State.LastAttempt, new RegionSetIndex(1)));
        if (phase == "Failed")
            drive.Step(new VolumeInput.Failed(drive.State.LastAttempt, new RegionSetIndex(1), Overtaken));
        if (phase == "Ended")
            drive.Step(new VolumeInput.Ending());
        return drive;
    }
}
