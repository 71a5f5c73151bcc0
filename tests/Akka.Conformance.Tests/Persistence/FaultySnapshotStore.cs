using Akka.Persistence;
using Akka.Persistence.Snapshot;

namespace Akka.Conformance.Tests.Persistence;

/// <summary>A snapshot store in memory whose faults are asked for: snapshots that begin with "fail" are not saved,
/// those of ids that begin with "unloadable" cannot be loaded, and those of ids that begin with "undeletable"
/// stay.</summary>
public sealed class FaultySnapshotStore : MemorySnapshotStore
{
    protected override Task SaveAsync(SnapshotMetadata metadata, object snapshot)
        => snapshot is string text && text.StartsWith("fail", StringComparison.Ordinal)
            ? Task.FromException(new IOException("the disk is full"))
            : base.SaveAsync(metadata, snapshot);

    protected override Task<SelectedSnapshot?> LoadAsync(string persistenceId, SnapshotSelectionCriteria criteria)
        => persistenceId.StartsWith("unloadable", StringComparison.Ordinal)
            ? Task.FromException<SelectedSnapshot?>(new IOException("the disk is gone"))
            : base.LoadAsync(persistenceId, criteria)!;

    protected override Task DeleteAsync(SnapshotMetadata metadata)
        => metadata.PersistenceId.StartsWith("undeletable", StringComparison.Ordinal)
            ? Task.FromException(new IOException("the disk is read-only"))
            : base.DeleteAsync(metadata);

    protected override Task DeleteAsync(string persistenceId, SnapshotSelectionCriteria criteria)
        => persistenceId.StartsWith("undeletable", StringComparison.Ordinal)
            ? Task.FromException(new IOException("the disk is read-only"))
            : base.DeleteAsync(persistenceId, criteria);
}
