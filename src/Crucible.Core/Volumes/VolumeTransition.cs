namespace Crucible.Core.Volumes;

/// <summary>The state after an input, and what to do, in order.</summary>
public sealed record VolumeTransition(VolumeState State, ValueList<VolumeEffect> Effects)
{
    internal static VolumeTransition To(VolumeState state, params ReadOnlySpan<VolumeEffect> effects) =>
        new(state, ValueList.Create(effects));

    /// <summary>Goes on from here: the effects of both, in order.</summary>
    internal VolumeTransition Then(Func<VolumeState, VolumeTransition> next)
    {
        var (state, effects) = next(State);
        return new VolumeTransition(state, [.. Effects, .. effects]);
    }
}
