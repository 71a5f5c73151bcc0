using System.Collections.Immutable;
using System.Globalization;
using Akka.Actor;
using Akka.Configuration;
using Akka.Persistence.Journal;
using Akka.Persistence.Sql.Databases;

namespace Akka.Persistence.Sql.Journal;

/// <summary>Keeps events in the table <c>journal</c> of a database.</summary>
/// <remarks>Configuration: <c>connection-string</c>, <c>provider-name</c> (<c>SQLite.MS</c> or <c>PostgreSQL.15</c>),
/// <c>auto-initialize</c>, <c>buffer-size</c>, <c>batch-size</c>; for SQLite also <c>busy-timeout</c> and
/// <c>max-file-size</c>.</remarks>
public class SqlWriteJournal : AsyncWriteJournal
{
    private const string Insert = """
        INSERT INTO journal
          (created, deleted, persistence_id, sequence_number, message, manifest, identifier, writer_uuid)
        VALUES (@created, @deleted, @id, @nr, @message, @manifest, @identifier, @writer)
        """;

    private const string Select = """
        SELECT sequence_number, message, identifier, manifest, writer_uuid, created FROM journal
        WHERE persistence_id = @id AND sequence_number >= @from AND sequence_number <= @to AND deleted = @deleted
        ORDER BY sequence_number LIMIT @max
        """;

    private readonly SqlDatabase _database;
    private readonly StoredObjects _objects;

    /// <summary>For the plugin with that configuration.</summary>
    public SqlWriteJournal(Config journalConfig)
    {
        _database = SqlDatabases.Of(Context.System, journalConfig);
        _objects = new StoredObjects(Context.System, _database);
    }

    /// <inheritdoc/>
    public override async Task ReplayMessagesAsync(
        IActorContext context,
        string persistenceId,
        long fromSequenceNr,
        long toSequenceNr,
        long max,
        Action<IPersistentRepresentation> recoveryCallback)
        => await _database.ReadAsync($"reading the events of '{persistenceId}'", connection =>
        {
            using var command = connection.Command(
                null,
                Select,
                ("@id", persistenceId),
                ("@from", fromSequenceNr),
                ("@to", toSequenceNr),
                ("@deleted", false),
                ("@max", max));
            using var row = command.ExecuteReader();
            while (row.Read())
            {
                var number = row.GetInt64(0);
                var payload = _objects.Read(row, 1, $"event {number} of '{persistenceId}'");
                recoveryCallback(new Persistent(
                    payload,
                    number,
                    persistenceId,
                    row.IsDBNull(3) ? "" : row.GetString(3),
                    writerGuid: row.IsDBNull(4) ? "" : row.GetString(4),
                    timestamp: row.GetInt64(5)));
            }
            return true;
        }).ConfigureAwait(false);

    /// <inheritdoc/>
    public override Task<long> ReadHighestSequenceNrAsync(string persistenceId, long fromSequenceNr)
        => _database.ReadAsync($"reading the highest number of '{persistenceId}'", connection =>
        {
            // Deleted rows count: the newest one is kept for this.
            var highest = connection.Scalar(
                "SELECT MAX(sequence_number) FROM journal WHERE persistence_id = @id", ("@id", persistenceId));
            return highest is null or DBNull ? 0 : Convert.ToInt64(highest, CultureInfo.InvariantCulture);
        });

    /// <inheritdoc/>
    protected override async Task<IImmutableList<Exception?>?> WriteMessagesAsync(IEnumerable<AtomicWrite> messages)
    {
        List<Row> rows = [];
        var outcomes = ImmutableList.CreateBuilder<Exception?>();
        var anyRejected = false;
        var created = Context.System.Scheduler.Now.UtcTicks;
        foreach (var write in messages)
        {
            var rejection = TryMakeRows(write, created, rows);
            outcomes.Add(rejection);
            anyRejected |= rejection is not null;
        }
        if (rows.Count > 0)
            await _database.WriteAsync(Describe(rows), writer => Store(writer, rows)).ConfigureAwait(false);
        return anyRejected ? outcomes.ToImmutable() : null;
    }

    /// <inheritdoc/>
    protected override Task DeleteMessagesToAsync(string persistenceId, long toSequenceNr)
        => _database.WriteAsync($"deleting events of '{persistenceId}'", writer =>
        {
            // The newest event deleted stays as a mark, so that its number is not used again.
            writer.Run(
                "UPDATE journal SET deleted = @yes WHERE persistence_id = @id AND sequence_number <= @to",
                ("@yes", true), ("@id", persistenceId), ("@to", toSequenceNr));
            writer.Run(
                """
                DELETE FROM journal WHERE persistence_id = @id AND sequence_number <= @to AND sequence_number <
                  (SELECT MAX(sequence_number) FROM journal WHERE persistence_id = @id AND deleted = @yes)
                """,
                ("@yes", true), ("@id", persistenceId), ("@to", toSequenceNr));
            writer.Run(
                "DELETE FROM tags WHERE persistence_id = @id AND sequence_nr <= @to",
                ("@id", persistenceId), ("@to", toSequenceNr));
        });

    private static void Store(SqlWriter writer, List<Row> rows)
    {
        foreach (var row in rows)
        {
            writer.Run(
                Insert,
                ("@created", row.CreatedTicks),
                ("@deleted", false),
                ("@id", row.PersistenceId),
                ("@nr", row.SequenceNr),
                ("@message", row.Message),
                ("@manifest", row.Manifest),
                ("@identifier", row.SerializerId),
                ("@writer", row.WriterUuid));
        }
    }

    private static string Describe(List<Row> rows) => rows.Count == 1
        ? $"storing event {rows[0].SequenceNr} of '{rows[0].PersistenceId}'"
        : $"storing events {rows[0].SequenceNr} to {rows[^1].SequenceNr} of '{rows[0].PersistenceId}'";

    /// <summary>Adds the rows of a write, or none and says why it is rejected.</summary>
    private Exception? TryMakeRows(AtomicWrite write, long createdTicks, List<Row> rows)
    {
        var before = rows.Count;
        foreach (var stored in (IImmutableList<IPersistentRepresentation>)write.Payload)
        {
            try
            {
                var (bytes, serializerId, manifest) = _objects.Write(stored.Payload);
                rows.Add(new Row(
                    stored.PersistenceId,
                    stored.SequenceNr,
                    bytes,
                    serializerId,
                    manifest,
                    stored.WriterGuid,
                    stored.Timestamp == 0 ? createdTicks : stored.Timestamp));
            }
            catch (Exception cause)
            {
                // The outermost edge of the serializer: what it cannot write is rejected, and the actor goes on.
                rows.RemoveRange(before, rows.Count - before);
                return new SqlPersistenceException(
                    $"Event {stored.SequenceNr} of '{stored.PersistenceId}' cannot be serialized: {cause.Message}",
                    cause);
            }
        }
        return null;
    }

    private sealed record Row(
        string PersistenceId,
        long SequenceNr,
        byte[] Message,
        int SerializerId,
        string Manifest,
        string WriterUuid,
        long CreatedTicks);
}
