namespace Akka.Persistence.Snapshot;

/// <summary>Keeps snapshots in memory; they end with the actor system.</summary>
public class MemorySnapshotStore : SnapshotStore
{
    private readonly Dictionary<string, List<SelectedSnapshot>> _snapshots = new(StringComparer.Ordinal);

    /// <inheritdoc/>
    protected override Task<SelectedSnapshot?> LoadAsync(string persistenceId, SnapshotSelectionCriteria criteria)
        => Task.FromResult(Of(persistenceId)
            .Where(snapshot => criteria.Matches(snapshot.Metadata))
            .MaxBy(snapshot => snapshot.Metadata.SequenceNr));

    /// <inheritdoc/>
    protected override Task SaveAsync(SnapshotMetadata metadata, object snapshot)
    {
        var all = Of(metadata.PersistenceId);
        all.RemoveAll(stored => stored.Metadata.SequenceNr == metadata.SequenceNr);
        all.Add(new SelectedSnapshot(metadata, snapshot));
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    protected override Task DeleteAsync(SnapshotMetadata metadata)
    {
        Of(metadata.PersistenceId).RemoveAll(stored => stored.Metadata.SequenceNr == metadata.SequenceNr
            && (metadata.Timestamp == DateTime.MinValue || stored.Metadata.Timestamp == metadata.Timestamp));
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    protected override Task DeleteAsync(string persistenceId, SnapshotSelectionCriteria criteria)
    {
        Of(persistenceId).RemoveAll(stored => criteria.Matches(stored.Metadata));
        return Task.CompletedTask;
    }

    private List<SelectedSnapshot> Of(string persistenceId)
    {
        if (!_snapshots.TryGetValue(persistenceId, out var all))
            _snapshots.Add(persistenceId, all = []);
        return all;
    }
}
