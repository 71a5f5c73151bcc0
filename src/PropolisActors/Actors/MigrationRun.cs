using Propolis.Core;
using Propolis.Core.Lifecycle;
using Propolis.Core.Migration;

namespace PropolisActors.Actors;

/// <summary>One end of a migration with its state: source and target alike, as their actor drives them.</summary>
internal sealed class MigrationRun
{
    private readonly Func<MigrationInput, ValueList<MigrationEffect>> _step;

    private MigrationRun(MigrationDirection direction, Guid migration, ValueList<MigrationEffect> start,
        Func<MigrationInput, ValueList<MigrationEffect>> step)
    {
        Direction = direction;
        Migration = migration;
        Start = start;
        _step = step;
    }

    public MigrationDirection Direction { get; }

    public Guid Migration { get; }

    /// <summary>Effects of the beginning.</summary>
    public ValueList<MigrationEffect> Start { get; }

    public static MigrationRun Out(Guid migration, SpecTexts spec, MigrationLimits limits)
    {
        var (state, start) = MigrationSource.Begin(migration, spec, limits);
        return new MigrationRun(MigrationDirection.Out, migration, start, input =>
        {
            (state, var effects) = MigrationSource.Step(state, input, limits);
            return effects;
        });
    }

    public static MigrationRun In(Guid migration, string address, MigrationLimits limits)
    {
        var (state, start) = MigrationTarget.Begin(migration, address, limits);
        return new MigrationRun(MigrationDirection.In, migration, start, input =>
        {
            (state, var effects) = MigrationTarget.Step(state, input, limits);
            return effects;
        });
    }

    /// <summary>Takes one input and gives what is to be done, in order.</summary>
    public ValueList<MigrationEffect> Step(MigrationInput input) => _step(input);
}
