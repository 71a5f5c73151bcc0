using System.Data.Common;
using System.Net.Sockets;
using Npgsql;

namespace Akka.Persistence.Sql.Databases;

/// <summary>PostgreSQL, from 10 on.</summary>
internal sealed class PostgresDialect : SqlDialect
{
    private readonly NpgsqlDataSource _source;

    /// <summary>Makes no connection yet.</summary>
    /// <param name="connectionString">As for Npgsql.</param>
    public PostgresDialect(string connectionString)
    {
        var settings = new NpgsqlConnectionStringBuilder(connectionString);
        Name = $"the database '{settings.Database}' on {settings.Host}:{settings.Port}";
        _source = NpgsqlDataSource.Create(settings);
    }

    public override string Name { get; }

    public override IReadOnlyList<string> CreateTables { get; } =
    [
        """
        CREATE TABLE IF NOT EXISTS journal (
          ordering BIGINT GENERATED ALWAYS AS IDENTITY NOT NULL,
          created BigInt NOT NULL,
          deleted Boolean NOT NULL,
          persistence_id Text NOT NULL,
          sequence_number BigInt NOT NULL,
          message Bytea NOT NULL,
          manifest Text NULL,
          identifier Int NULL,
          writer_uuid Text NULL,
          CONSTRAINT "PK_journal" PRIMARY KEY (ordering),
          CONSTRAINT journal_uq UNIQUE (persistence_id, sequence_number))
        """,
        "CREATE INDEX IF NOT EXISTS journal_created_idx ON journal (created)",
        "CREATE INDEX IF NOT EXISTS journal_sequence_number_idx ON journal (sequence_number)",
        """
        CREATE TABLE IF NOT EXISTS tags (
          ordering_id BigInt NOT NULL,
          tag Text NOT NULL,
          sequence_nr BigInt NOT NULL,
          persistence_id Text NOT NULL,
          CONSTRAINT "PK_tags" PRIMARY KEY (ordering_id, tag))
        """,
        "CREATE INDEX IF NOT EXISTS tags_persistence_id_sequence_nr_idx ON tags (persistence_id, sequence_nr)",
        "CREATE INDEX IF NOT EXISTS tags_tag_idx ON tags (tag)",
        """
        CREATE TABLE IF NOT EXISTS snapshot (
          persistence_id Text NOT NULL,
          sequence_number BigInt NOT NULL,
          created BigInt NOT NULL,
          snapshot Bytea NULL,
          manifest Text NULL,
          serializer_id Int NULL,
          CONSTRAINT "PK_snapshot" PRIMARY KEY (persistence_id, sequence_number))
        """,
        "CREATE INDEX IF NOT EXISTS snapshot_created_idx ON snapshot (created)",
        "CREATE INDEX IF NOT EXISTS snapshot_sequence_number_idx ON snapshot (sequence_number)",
    ];

    public override DbConnection OpenForWriting() => _source.OpenConnection();

    public override DbConnection OpenForReading() => _source.OpenConnection();

    // Classes 22 and 23 are about values and constraints; the rest is about the server.
    public override bool IsOfDatabase(Exception cause) => cause switch
    {
        PostgresException known => !known.SqlState.StartsWith("22", StringComparison.Ordinal)
            && !known.SqlState.StartsWith("23", StringComparison.Ordinal),
        NpgsqlException or SocketException or IOException or TimeoutException => true,
        _ => false,
    };

    public override (string Trouble, string Remedy) Explain(Exception cause) => cause switch
    {
        PostgresException { SqlState: PostgresErrorCodes.UniqueViolation } => (
            "another writer has stored an event of the same persistence id and number",
            "Make sure that only one actor in one process uses the persistence id."),
        PostgresException { SqlState: PostgresErrorCodes.DiskFull } => (
            "the disk of the server is full", "Free space on it; then try again."),
        PostgresException { SqlState: PostgresErrorCodes.LockNotAvailable } => (
            "it is locked by another session", "End the other session; then try again."),
        PostgresException known => (
            $"the server answers {known.SqlState} {known.MessageText}", "Correct the cause and start again."),
        NpgsqlException or SocketException or TimeoutException => (
            $"the server does not answer ({cause.Message})",
            "Check that it runs and that the connection string is right; then try again."),
        _ => (cause.Message, "Correct the cause and start again."),
    };

    public override void Dispose() => _source.Dispose();
}
