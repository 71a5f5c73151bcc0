namespace Propolis.Core.Migration;

/// <summary>What one input leads to.</summary>
public readonly record struct MigrationTransition<TState>(TState State, ValueList<MigrationEffect> Effects)
{
    public static MigrationTransition<TState> To(TState state, params ReadOnlySpan<MigrationEffect> effects) =>
        new(state, ValueList.Create(effects));
}
