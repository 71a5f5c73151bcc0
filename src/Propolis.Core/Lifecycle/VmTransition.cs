namespace Propolis.Core.Lifecycle;

/// <summary>What one input leads to.</summary>
public readonly record struct VmTransition(VmState State, ValueList<VmEffect> Effects)
{
    public static VmTransition To(VmState state, params ReadOnlySpan<VmEffect> effects) =>
        new(state, ValueList.Create(effects));

    /// <summary>The same, with something to do first.</summary>
    public VmTransition After(VmEffect effect) => this with { Effects = [effect, .. Effects] };
}
