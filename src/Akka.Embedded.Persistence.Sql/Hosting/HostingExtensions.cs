using Akka.Configuration;
using Akka.Hosting;
using Akka.Persistence.Hosting;
using Akka.Persistence.Sql.Journal;
using Akka.Persistence.Sql.Snapshot;

namespace Akka.Persistence.Sql.Hosting;

/// <summary>SQL persistence in a Microsoft host.</summary>
public static class HostingExtensions
{
    /// <summary>Keeps events and snapshots in a database.</summary>
    /// <param name="builder">What to add to.</param>
    /// <param name="connectionString">As for the driver; for SQLite its Data Source is the file.</param>
    /// <param name="providerName"><c>SQLite.MS</c> or <c>PostgreSQL.15</c>.</param>
    /// <param name="mode">Whether events, snapshots or both.</param>
    /// <param name="autoInitialize">Whether missing tables are made.</param>
    /// <param name="pluginIdentifier">Name of the blocks below <c>akka.persistence.journal</c> and
    /// <c>akka.persistence.snapshot-store</c>.</param>
    /// <param name="isDefaultPlugin">Whether actors that name no plugin get these.</param>
    /// <exception cref="ArgumentNullException">The connection string or the provider is null or blank.</exception>
    public static AkkaConfigurationBuilder WithSqlPersistence(
        this AkkaConfigurationBuilder builder,
        string connectionString,
        string providerName,
        PersistenceMode mode = PersistenceMode.Both,
        bool autoInitialize = true,
        string pluginIdentifier = "sql",
        bool isDefaultPlugin = true)
    {
        ArgumentNullException.ThrowIfNull(builder);
        if (string.IsNullOrWhiteSpace(connectionString))
            throw new ArgumentNullException(nameof(connectionString), "It cannot be null or blank.");
        if (string.IsNullOrWhiteSpace(providerName))
            throw new ArgumentNullException(nameof(providerName), "It cannot be null or blank.");
        if (mode is PersistenceMode.Both or PersistenceMode.Journal)
            Add("journal", typeof(SqlWriteJournal));
        if (mode is PersistenceMode.Both or PersistenceMode.SnapshotStore)
            Add("snapshot-store", typeof(SqlSnapshotStore));
        return builder;

        void Add(string kind, Type plugin)
        {
            var path = $"akka.persistence.{kind}.{pluginIdentifier}";
            Config config = $$"""
                {{path}} {
                  class = {{Quoted(plugin.AssemblyQualifiedName!)}}
                  connection-string = {{Quoted(connectionString)}}
                  provider-name = {{Quoted(providerName)}}
                  auto-initialize = {{(autoInitialize ? "on" : "off")}}
                }
                {{(isDefaultPlugin ? $"akka.persistence.{kind}.plugin = {path}" : "")}}
                """;
            builder.AddHocon(config, HoconAddMode.Prepend);
        }
    }

    private static string Quoted(string text)
    {
        var escaped = text.Replace("\\", "\\\\", StringComparison.Ordinal)
            .Replace("\"", "\\\"", StringComparison.Ordinal);
        return $"\"{escaped}\"";
    }
}
