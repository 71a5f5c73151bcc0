namespace Propolis.Core.Lifecycle;

/// <summary>What one VM has published: the snapshot clients read, and how it came to it.</summary>
public sealed record PublishedState
{
    private PublishedState(InstanceStateSnapshot current, StateHistory history)
    {
        Current = current;
        History = history;
    }

    public InstanceStateSnapshot Current { get; private init; }

    public StateHistory History { get; }

    /// <summary>The first publication, generation 1.</summary>
    public static PublishedState First(InstanceState state, DateTimeOffset at) =>
        Of(new InstanceStateSnapshot(1, state, MigrationStatuses.None), StateHistory.Empty, at);

    /// <summary>A publication of an earlier run of the service; those before it are forgotten.</summary>
    public static PublishedState Restored(ulong gen, InstanceState state, DateTimeOffset at) =>
        Of(new InstanceStateSnapshot(gen, state, MigrationStatuses.None), StateHistory.Empty, at);

    /// <summary>One more publication, even if nothing visible changed.</summary>
    public PublishedState Next(InstanceState state, DateTimeOffset at) =>
        Of(Current with { Gen = Current.Gen + 1, State = state }, History, at);

    /// <summary>One more publication, because a migration went on.</summary>
    public PublishedState Next(MigrationStatuses migrations, DateTimeOffset at) =>
        Of(Current with { Gen = Current.Gen + 1, Migrations = migrations }, History, at);

    /// <summary>The same publication with other migrations beside the state.</summary>
    public PublishedState WithMigrations(MigrationStatuses migrations) =>
        this with { Current = Current with { Migrations = migrations } };

    /// <summary>A migration has begun: state and first status are one publication.</summary>
    /// <param name="before">What was published before; null when this is the first.</param>
    /// <param name="direction">Which end this server is.</param>
    /// <param name="migration">Which migration; it overwrites the status of an earlier one in the same direction.</param>
    /// <param name="at">When.</param>
    public static PublishedState Migrating(
        PublishedState? before, MigrationDirection direction, Guid migration, DateTimeOffset at)
    {
        var status = new MigrationStatus(migration, MigrationState.Sync);
        var migrations = (before?.Current.Migrations ?? MigrationStatuses.None).With(direction, status);
        return Of(
            new InstanceStateSnapshot((before?.Current.Gen ?? 0) + 1, InstanceState.Migrating, migrations),
            before?.History ?? StateHistory.Empty, at);
    }

    private static PublishedState Of(InstanceStateSnapshot snapshot, StateHistory before, DateTimeOffset at) =>
        new(snapshot, before.With(new StateHistoryEntry(snapshot.Gen, snapshot.State, at)));
}
