using Akka.Persistence.Sql;
using Akka.Persistence.Sql.Databases;

namespace Akka.Embedded.Persistence.Sql.Tests;

/// <summary>The queue of a database and its one writer.</summary>
public sealed class EmbeddedWriterTests : IDisposable
{
    private readonly TestDatabase.Sqlite _file = new();
    private readonly ManualResetEventSlim _gate = new();
    private SqlDatabase? _database;

    public void Dispose()
    {
        _gate.Set();
        _database?.Dispose();
        _file.Dispose();
        _gate.Dispose();
    }

    [Fact]
    public async Task Work_that_arrives_during_a_commit_is_committed_together()
    {
        var database = Open(queueMax: 10);
        var (held, holding) = Hold(database);
        await holding;
        // Each piece of work counts rows that its group has written so far: 1, 2, 3 are of one transaction only if the
        // second sees the first before that is committed, which no other connection does.
        var seen = new List<(long Inside, long Outside)>();
        var group = Enumerable.Range(0, 3).Select(i => database.WriteAsync($"work {i}", writer =>
        {
            writer.Run("INSERT INTO numbers VALUES (@n)", ("@n", i));
            using var count = writer.Connection.Command(writer.Transaction, "SELECT COUNT(*) FROM numbers");
            seen.Add(((long)count.ExecuteScalar()!, (long)_file.Run("SELECT COUNT(*) FROM numbers")!));
        })).ToArray();
        _gate.Set();
        await held;
        await Task.WhenAll(group);
        Assert.Equal([(1, 0), (2, 0), (3, 0)], seen);
    }

    [Fact]
    public async Task Work_that_fails_in_a_group_fails_alone()
    {
        var database = Open(queueMax: 10);
        var (held, holding) = Hold(database);
        await holding;
        Task[] group =
        [
            database.WriteAsync("one", writer => writer.Run("INSERT INTO numbers VALUES (1)")),
            database.WriteAsync("the same", writer => writer.Run("INSERT INTO numbers VALUES (1)")),
            database.WriteAsync("two", writer => writer.Run("INSERT INTO numbers VALUES (2)")),
        ];
        _gate.Set();
        await held;
        await group[0];
        var failure = await Assert.ThrowsAsync<SqlPersistenceException>(() => group[1]);
        Assert.Contains("the same", failure.Message, StringComparison.Ordinal);
        Assert.Contains(_file.File, failure.Message, StringComparison.Ordinal);
        await group[2];
        Assert.Equal(2L, _file.Run("SELECT COUNT(*) FROM numbers"));
    }

    [Fact]
    public async Task Work_beyond_the_limit_is_refused_at_once()
    {
        var database = Open(queueMax: 2);
        var (held, holding) = Hold(database);
        await holding;
        Task[] waiting = [database.WriteAsync("first", _ => { }), database.WriteAsync("second", _ => { })];
        var refused = database.WriteAsync("third", _ => { });
        Assert.True(refused.IsFaulted);
        var failure = await Assert.ThrowsAsync<SqlPersistenceException>(() => refused);
        Assert.Contains("third", failure.Message, StringComparison.Ordinal);
        Assert.Contains("2 writes are waiting", failure.Message, StringComparison.Ordinal);
        _gate.Set();
        await held;
        await Task.WhenAll(waiting);
    }

    [Fact]
    public async Task Work_that_waits_is_committed_before_the_database_is_closed()
    {
        var database = Open(queueMax: 10);
        var (held, holding) = Hold(database);
        await holding;
        var waiting = database.WriteAsync("last", writer => writer.Run("INSERT INTO numbers VALUES (1)"));
        _gate.Set();
        database.Dispose();
        await held;
        await waiting;
        Assert.Equal(1L, _file.Run("SELECT COUNT(*) FROM numbers"));
        await Assert.ThrowsAsync<SqlPersistenceException>(() => database.WriteAsync("too late", _ => { }));
    }

    [Fact]
    public async Task Writer_syncs_the_log_in_every_commit()
    {
        object? synchronous = null;
        await Open(queueMax: 1).WriteAsync("look", writer =>
        {
            using var pragma = writer.Connection.Command(writer.Transaction, "PRAGMA synchronous");
            synchronous = pragma.ExecuteScalar();
        });
        // 2 is FULL.
        Assert.Equal(2L, synchronous);
    }

    private SqlDatabase Open(int queueMax) => _database = new SqlDatabase(
        new SqliteDialect(_file.ConnectionString, TimeSpan.FromSeconds(1), fileBytesMax: 0),
        createsTables: true,
        queueMax,
        groupMax: 100);

    /// <summary>Keeps the writer busy until the gate opens, with a table of numbers made.</summary>
    private (Task Held, Task Holding) Hold(SqlDatabase database)
    {
        var holding = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var held = database.WriteAsync("hold", writer =>
        {
            writer.Run("CREATE TABLE numbers (n INTEGER PRIMARY KEY)");
            holding.TrySetResult();
            _gate.Wait();
        });
        return (held, holding.Task);
    }
}
