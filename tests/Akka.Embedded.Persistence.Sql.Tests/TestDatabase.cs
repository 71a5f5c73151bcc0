using System.Data.Common;
using Akka.Configuration;
using Microsoft.Data.Sqlite;
using Npgsql;

namespace Akka.Embedded.Persistence.Sql.Tests;

/// <summary>A database of one test.</summary>
public abstract class TestDatabase : IDisposable
{
    public abstract string Provider { get; }

    public abstract string ConnectionString { get; }

    /// <summary>A connection beside those of the plugin.</summary>
    public abstract DbConnection Open();

    public abstract void Dispose();

    public Config Config(string extra = "") => ConfigurationFactory.ParseString($$"""
        akka.persistence {
          journal {
            plugin = "akka.persistence.journal.sql"
            sql {
              class = "Akka.Persistence.Sql.Journal.SqlWriteJournal, Akka.Persistence.Sql"
              connection-string = "{{ConnectionString}}"
              provider-name = "{{Provider}}"
              auto-initialize = on
              {{extra}}
            }
          }
          snapshot-store {
            plugin = "akka.persistence.snapshot-store.sql"
            sql {
              class = "Akka.Persistence.Sql.Snapshot.SqlSnapshotStore, Akka.Persistence.Sql"
              connection-string = "{{ConnectionString}}"
              provider-name = "{{Provider}}"
              auto-initialize = on
              {{extra}}
            }
          }
        }
        akka.actor.serializers.note = "{{typeof(NoteSerializer).AssemblyQualifiedName}}"
        akka.actor.serialization-bindings {
          "{{typeof(Note).AssemblyQualifiedName}}" = note
          "{{typeof(Keeper.Unserializable).AssemblyQualifiedName}}" = note
        }
        """);

    /// <summary>Runs a statement and answers its first value.</summary>
    public object? Run(string text)
    {
        using var connection = Open();
        using var command = connection.CreateCommand();
        command.CommandText = text;
        return command.ExecuteScalar();
    }

    /// <summary>A file in a directory of its own.</summary>
    public sealed class Sqlite : TestDatabase
    {
        private readonly string _directory = Directory.CreateTempSubdirectory("journal-test-").FullName;

        public string File => Path.Combine(_directory, "journal.db");

        public override string Provider => "SQLite.MS";

        public override string ConnectionString => $"Data Source={File}";

        public override DbConnection Open()
        {
            var connection = new SqliteConnection(ConnectionString + ";Pooling=False");
            connection.Open();
            return connection;
        }

        public override void Dispose() => Directory.Delete(_directory, recursive: true);
    }

    /// <summary>A database of its own on a server.</summary>
    public sealed class Postgres(string connectionString) : TestDatabase
    {
        public override string Provider => "PostgreSQL.15";

        public override string ConnectionString => connectionString;

        public override DbConnection Open()
        {
            var connection = new NpgsqlConnection(ConnectionString + ";Pooling=false");
            connection.Open();
            return connection;
        }

        /// <summary>The server goes as a whole.</summary>
        public override void Dispose()
        {
        }
    }
}
