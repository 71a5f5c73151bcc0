using System.Collections.Concurrent;
using System.Data.Common;

namespace Akka.Persistence.Sql.Databases;

/// <summary>One database: a queue of work, and one thread that commits what is waiting as one transaction.</summary>
/// <remarks>
/// A commit costs a sync of the disk, whatever is in it. Work that arrives while one is under way is committed by the
/// next, together; so the rate grows with the number of writers while each waits for two commits at most. When a group
/// fails for a reason of one of its members, each is tried alone, so that a bad row fails nobody else. The queue is
/// bounded: what does not fit is refused at once.
/// </remarks>
internal sealed class SqlDatabase : IDisposable
{
    /// <summary>How long the end of a system waits for the last commit.</summary>
    private static readonly TimeSpan ClosePatience = TimeSpan.FromSeconds(10);

    private readonly SqlDialect _dialect;
    private readonly bool _createsTables;
    private readonly int _groupMax;
    private readonly BlockingCollection<Work> _queue;
    private readonly Thread _thread;
    private DbConnection? _connection;
    private volatile bool _ready;
    private int _closed;

    /// <summary>Starts the thread; the database is opened by the first work.</summary>
    /// <param name="dialect">The kind of database, owned from now on.</param>
    /// <param name="createsTables">Whether missing tables are made.</param>
    /// <param name="queueMax">Most pieces of work waiting.</param>
    /// <param name="groupMax">Most pieces of work committed together.</param>
    public SqlDatabase(SqlDialect dialect, bool createsTables, int queueMax, int groupMax)
    {
        _dialect = dialect;
        _createsTables = createsTables;
        _groupMax = groupMax;
        _queue = new BlockingCollection<Work>(queueMax);
        _thread = new Thread(Loop) { IsBackground = true, Name = $"writer of {dialect.Name}" };
        _thread.Start();
    }

    public SqlDialect Dialect => _dialect;

    /// <summary>Puts work into the queue. The task ends when it is committed.</summary>
    /// <param name="doing">What the work is, for messages.</param>
    /// <param name="work">May be run twice, the first time for nothing.</param>
    /// <returns>A task that fails with <see cref="SqlPersistenceException"/>.</returns>
    public Task WriteAsync(string doing, Action<SqlWriter> work)
    {
        var item = new Work(doing, work);
        bool accepted;
        try
        {
            accepted = _queue.TryAdd(item);
        }
        catch (InvalidOperationException cause)
        {
            return Task.FromException(new SqlPersistenceException(
                $"Failed {doing} in {_dialect.Name}: it has been closed, the actor system ends.", cause));
        }
        return accepted
            ? item.Done.Task
            : Task.FromException(new SqlPersistenceException(
                $"Failed {doing} in {_dialect.Name}: {_queue.BoundedCapacity} writes are waiting already. " +
                "Try again later, or find out why the disk is slow."));
    }

    /// <summary>Reads with a connection of its own, on the thread pool.</summary>
    /// <returns>A task that fails with <see cref="SqlPersistenceException"/>.</returns>
    public async Task<T> ReadAsync<T>(string doing, Func<DbConnection, T> read)
    {
        // The first use makes the file and the tables, which the writer does.
        if (!_ready)
            await WriteAsync(doing, _ => { }).ConfigureAwait(false);
        return await Task.Run(() =>
        {
            try
            {
                using var connection = _dialect.OpenForReading();
                return read(connection);
            }
            catch (Exception cause) when (cause is not SqlPersistenceException)
            {
                // The outermost edge of a reader: a damaged database makes the driver throw whatever it likes.
                throw _dialect.Failure(doing, cause);
            }
        }).ConfigureAwait(false);
    }

    /// <summary>Commits what is waiting and closes the database.</summary>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _closed, 1) != 0)
            return;
        _queue.CompleteAdding();
        if (_thread.Join(ClosePatience))
            _queue.Dispose();
    }

    private void Loop()
    {
        var group = new List<Work>(_groupMax);
        foreach (var first in _queue.GetConsumingEnumerable())
        {
            group.Add(first);
            while (group.Count < _groupMax && _queue.TryTake(out var next))
                group.Add(next);
            CommitGroup(group);
            group.Clear();
        }
        Disconnect();
        _dialect.Dispose();
    }

    private void CommitGroup(List<Work> group)
    {
        var failure = TryCommit(group);
        if (failure is null)
        {
            foreach (var item in group)
                item.Done.TrySetResult();
            return;
        }
        foreach (var item in group)
        {
            // A database that does not answer costs its whole time limit: it is asked once, not once for each.
            if (group.Count > 1 && !_dialect.IsOfDatabase(failure))
                CommitAlone(item, ref failure);
            else
                item.Done.TrySetException(_dialect.Failure(item.Doing, failure));
        }
    }

    private void CommitAlone(Work item, ref Exception failure)
    {
        if (TryCommit([item]) is not { } own)
        {
            item.Done.TrySetResult();
            return;
        }
        item.Done.TrySetException(_dialect.Failure(item.Doing, own));
        if (_dialect.IsOfDatabase(own))
            failure = own;
    }

    private Exception? TryCommit(List<Work> group)
    {
        try
        {
            var connection = _connection ??= Connect();
            using var transaction = connection.BeginTransaction();
            foreach (var item in group)
                item.Run(new SqlWriter(connection, transaction));
            transaction.Commit();
            return null;
        }
        catch (Exception cause)
        {
            // The outermost edge of the writer: it must outlive any failure, and those who wait are told. A new
            // connection is the one sure way to be rid of a transaction that failed half way.
            Disconnect();
            return cause;
        }
    }

    private DbConnection Connect()
    {
        var connection = _dialect.OpenForWriting();
        try
        {
            if (_createsTables && !_ready)
            {
                foreach (var text in _dialect.CreateTables)
                    connection.Run(text);
            }
            _ready = true;
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    private void Disconnect()
    {
        try
        {
            _connection?.Dispose();
        }
        catch (DbException)
        {
            // It is given up because it failed; that it fails once more changes nothing.
        }
        _connection = null;
    }

    private sealed record Work(string Doing, Action<SqlWriter> Run)
    {
        /// <summary>Continuations run elsewhere: the writer's thread is for the disk.</summary>
        public TaskCompletionSource Done { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
