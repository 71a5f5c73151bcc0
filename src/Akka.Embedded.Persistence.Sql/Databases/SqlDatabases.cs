using System.Collections.Concurrent;
using Akka.Actor;
using Akka.Configuration;

namespace Akka.Persistence.Sql.Databases;

/// <summary>The databases of one actor system. A journal and a snapshot store on the same one share it, and its
/// writer.</summary>
internal sealed class SqlDatabases : IExtension
{
    private readonly ConcurrentDictionary<(string Provider, string Connection), Lazy<SqlDatabase>> _databases = new();

    private SqlDatabases(ActorSystem system) => system.RegisterOnTermination(Close);

    /// <summary>The database that a plugin's configuration names.</summary>
    /// <exception cref="ConfigurationException">It names none, or one of another kind.</exception>
    public static SqlDatabase Of(ActorSystem system, Config plugin)
    {
        var provider = plugin.GetString("provider-name", "");
        var connection = plugin.GetString("connection-string", "");
        if (string.IsNullOrWhiteSpace(connection))
            throw new ConfigurationException("A SQL persistence plugin has no connection-string.");
        return Id.Instance.Apply(system)._databases.GetOrAdd(
            (provider, connection), _ => new Lazy<SqlDatabase>(() => Open(provider, connection, plugin))).Value;
    }

    private static SqlDatabase Open(string provider, string connection, Config plugin)
    {
        SqlDialect dialect = provider switch
        {
            _ when provider.StartsWith("SQLite", StringComparison.OrdinalIgnoreCase) => new SqliteDialect(
                connection,
                plugin.GetTimeSpan("busy-timeout", TimeSpan.FromSeconds(5)),
                plugin.GetByteSize("max-file-size", 0) ?? 0),
            _ when provider.StartsWith("PostgreSQL", StringComparison.OrdinalIgnoreCase)
                => new PostgresDialect(connection),
            _ => throw new ConfigurationException(
                $"The SQL provider '{provider}' is not known. Use 'SQLite.MS' or 'PostgreSQL.15'."),
        };
        return new SqlDatabase(
            dialect,
            plugin.GetBoolean("auto-initialize", true),
            plugin.GetInt("buffer-size", 5000),
            plugin.GetInt("batch-size", 100));
    }

    private void Close()
    {
        foreach (var database in _databases.Values)
        {
            if (database.IsValueCreated)
                database.Value.Dispose();
        }
    }

    private sealed class Id : ExtensionIdProvider<SqlDatabases>
    {
        public static Id Instance { get; } = new();

        public override SqlDatabases CreateExtension(ExtendedActorSystem system) => new(system);
    }
}
