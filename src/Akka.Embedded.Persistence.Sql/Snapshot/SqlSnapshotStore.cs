using Akka.Configuration;
using Akka.Persistence.Snapshot;
using Akka.Persistence.Sql.Databases;

namespace Akka.Persistence.Sql.Snapshot;

/// <summary>Keeps snapshots in the table <c>snapshot</c> of a database.</summary>
/// <remarks>Configuration: as for the journal. A snapshot that cannot be read fails the recovery; it is never skipped,
/// because the events before it may be gone.</remarks>
public class SqlSnapshotStore : SnapshotStore
{
    private const string Fits = """
        persistence_id = @id AND sequence_number >= @minNr AND sequence_number <= @maxNr
        AND created >= @minTime AND created <= @maxTime
        """;

    private readonly SqlDatabase _database;
    private readonly StoredObjects _objects;

    /// <summary>For the plugin with that configuration.</summary>
    public SqlSnapshotStore(Config config)
    {
        _database = SqlDatabases.Of(Context.System, config);
        _objects = new StoredObjects(Context.System, _database);
    }

    /// <inheritdoc/>
    protected override Task<SelectedSnapshot?> LoadAsync(string persistenceId, SnapshotSelectionCriteria criteria)
        => _database.ReadAsync($"reading a snapshot of '{persistenceId}'", connection =>
        {
            using var command = connection.Command(
                null,
                $"""
                SELECT sequence_number, created, snapshot, serializer_id, manifest FROM snapshot
                WHERE {Fits} ORDER BY sequence_number DESC LIMIT 1
                """,
                Values(persistenceId, criteria));
            using var row = command.ExecuteReader();
            if (!row.Read())
                return null;
            var number = row.GetInt64(0);
            var metadata = new SnapshotMetadata(
                persistenceId, number, new DateTime(row.GetInt64(1), DateTimeKind.Utc));
            return new SelectedSnapshot(metadata, _objects.Read(row, 2, $"snapshot {number} of '{persistenceId}'"));
        });

    /// <inheritdoc/>
    protected override Task SaveAsync(SnapshotMetadata metadata, object snapshot)
    {
        var (bytes, serializerId, manifest) = _objects.Write(snapshot);
        return _database.WriteAsync(Describe("storing", metadata), writer => writer.Run(
            """
            INSERT INTO snapshot (persistence_id, sequence_number, created, snapshot, manifest, serializer_id)
            VALUES (@id, @nr, @created, @snapshot, @manifest, @serializer)
            ON CONFLICT (persistence_id, sequence_number) DO UPDATE SET created = excluded.created,
              snapshot = excluded.snapshot, manifest = excluded.manifest, serializer_id = excluded.serializer_id
            """,
            ("@id", metadata.PersistenceId),
            ("@nr", metadata.SequenceNr),
            ("@created", metadata.Timestamp.Ticks),
            ("@snapshot", bytes),
            ("@manifest", manifest),
            ("@serializer", serializerId)));
    }

    /// <inheritdoc/>
    protected override Task DeleteAsync(SnapshotMetadata metadata)
    {
        var anyTime = metadata.Timestamp == DateTime.MinValue;
        var exactly = new SnapshotSelectionCriteria(
            metadata.SequenceNr,
            anyTime ? DateTime.MaxValue : metadata.Timestamp,
            metadata.SequenceNr,
            anyTime ? null : metadata.Timestamp);
        return Delete(Describe("deleting", metadata), metadata.PersistenceId, exactly);
    }

    /// <inheritdoc/>
    protected override Task DeleteAsync(string persistenceId, SnapshotSelectionCriteria criteria)
        => Delete($"deleting snapshots of '{persistenceId}'", persistenceId, criteria);

    private static string Describe(string doing, SnapshotMetadata metadata)
        => $"{doing} snapshot {metadata.SequenceNr} of '{metadata.PersistenceId}'";

    private static (string Name, object Value)[] Values(string persistenceId, SnapshotSelectionCriteria criteria) =>
    [
        ("@id", persistenceId),
        ("@minNr", criteria.MinSequenceNr),
        ("@maxNr", criteria.MaxSequenceNr),
        ("@minTime", (criteria.MinTimestamp ?? DateTime.MinValue).Ticks),
        ("@maxTime", criteria.MaxTimeStamp.Ticks),
    ];

    private Task Delete(string doing, string persistenceId, SnapshotSelectionCriteria criteria)
        => _database.WriteAsync(
            doing, writer => writer.Run($"DELETE FROM snapshot WHERE {Fits}", Values(persistenceId, criteria)));
}
