using System.Globalization;
using Akka.Configuration;
using Akka.Hosting;
using Akka.Persistence.Hosting;
using Akka.Persistence.Sql.Hosting;
using PropolisActors.Journal;

namespace PropolisActors.Cli.Serving;

/// <summary>Where the service stores what it must remember over a restart.</summary>
internal static class JournalSetup
{
    /// <summary>The connection string of a PostgreSQL database, in place of a file in the data directory.</summary>
    private const string PostgresKey = "propolis.journal.postgresql";

    private const string SqliteProvider = "SQLite.MS";
    private const string PostgresProvider = "PostgreSQL.15";

    /// <summary>Chooses PostgreSQL if it is configured, a file in the data directory if there is one, and memory otherwise.</summary>
    public static AkkaConfigurationBuilder WithJournal(
        this AkkaConfigurationBuilder akka, ServeSettings settings, Config config)
    {
        akka.WithCustomSerializer(
            JournalSerializer.Name, [typeof(JournalEvent)], static system => new JournalSerializer(system));
        return (config.GetString(PostgresKey, ""), settings.Data) switch
        {
            ({ Length: > 0 } database, _) => akka.WithSqlPersistence(database, PostgresProvider),
            (_, { } data) => akka.WithSqlPersistence($"Data Source={JournalFile.In(data)}", SqliteProvider),
            _ => akka.WithInMemoryJournal().WithInMemorySnapshotStore(),
        };
    }

    /// <summary>Says where that is, or that nothing will be remembered.</summary>
    public static string Describe(ServeSettings settings, Config config) =>
        (config.GetString(PostgresKey, ""), settings.Data) switch
        {
            ({ Length: > 0 }, _) => "the journal is in PostgreSQL",
            (_, { } data) => $"the journal is {JournalFile.In(data)}",
            _ => "no --data: VMs are forgotten when this service ends",
        };

    /// <summary>Null in every service but one that a test is to kill.</summary>
    /// <param name="text"><c>before:N</c> or <c>after:N</c>, N from 1.</param>
    /// <exception cref="CommandFailedException">It is something else.</exception>
    public static CrashPoint? CrashOf(string? text) => text?.Split(':') switch
    {
        null => null,
        ["before" or "after", var number] when int.TryParse(
            number, NumberStyles.None, CultureInfo.InvariantCulture, out var write)
            => new CrashPoint(write, text.StartsWith("after", StringComparison.Ordinal), CrashPoint.KillProcess),
        _ => throw new CommandFailedException(
            $"--kill-at-write is '{text}'. It must be before:N or after:N; only tests use it.", ExitCodes.WrongUsage),
    };
}
