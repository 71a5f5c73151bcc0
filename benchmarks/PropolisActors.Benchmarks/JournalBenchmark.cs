using System.Diagnostics;
using System.Globalization;
using Akka.Actor;
using Akka.Configuration;
using Akka.Persistence;

namespace PropolisActors.Benchmarks;

/// <summary>How many single events a second are committed durably to a SQLite journal, with many writers at
/// once.</summary>
/// <remarks>
/// Every event is a Persist of its own whose handler persists the next, so a writer has one write under way and the
/// rate shows the group commit. A commit costs a sync of the disk, whose time differs a hundredfold between machines
/// and moments; so the cost of a bare write and sync on the same disk is measured before and after, and printed beside
/// it.
/// </remarks>
public static class JournalBenchmark
{
    private const int Writers = 64;
    private const int SyncsMeasured = 200;
    private const int PageBytes = 4096;
    private const double TargetPerSecond = 5000;

    /// <summary>Reaching it means that writers could not start; the log says why.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    /// <summary>Measures in a new directory below <paramref name="parent"/> and prints what it found.</summary>
    /// <param name="parent">On the disk to be measured.</param>
    /// <param name="eventsPerWriter">Events each of the 64 writers persists, after some more to warm up.</param>
    /// <returns>0 when the target of 5 000 events a second was met, 1 otherwise.</returns>
    public static async Task<int> RunAsync(string parent, int eventsPerWriter)
    {
        var directory = Path.Combine(parent, $"journal-benchmark-{Guid.NewGuid():N}");
        Directory.CreateDirectory(directory);
        try
        {
            var before = SyncCost(directory);
            var (elapsed, walBytes) = await MeasureAsync(directory, eventsPerWriter).ConfigureAwait(false);
            var after = SyncCost(directory);
            var perSecond = Writers * eventsPerWriter / elapsed.TotalSeconds;
            Say($"journal: {perSecond:N0} durable single-event commits/s, {Writers} writers, {eventsPerWriter} each");
            Say($"bare write and sync of {PageBytes} B: {Microseconds(before)} before, {Microseconds(after)} after");
            Say($"one by one that disk would allow {1 / after.TotalSeconds:N0}/s; the log file has {walBytes:N0} B");
            Say($"target {TargetPerSecond:N0}/s: {(perSecond >= TargetPerSecond ? "met" : "missed")}");
            return perSecond >= TargetPerSecond ? 0 : 1;
        }
        finally
        {
            Directory.Delete(directory, recursive: true);
        }
    }

    private static void Say(FormattableString line) => Console.WriteLine(line.ToString(CultureInfo.InvariantCulture));

    private static string Microseconds(TimeSpan time)
        => time.TotalMicroseconds.ToString("N0", CultureInfo.InvariantCulture) + " us";

    private static TimeSpan SyncCost(string directory)
    {
        using var file = new FileStream(Path.Combine(directory, "sync"), FileMode.Create, FileAccess.Write);
        var page = new byte[PageBytes];
        var watch = Stopwatch.StartNew();
        for (var i = 0; i < SyncsMeasured; i++)
        {
            // New bytes each time, or some file systems have nothing to do.
            BitConverter.TryWriteBytes(page, i + 1);
            file.Write(page);
            file.Flush(flushToDisk: true);
        }
        return watch.Elapsed / SyncsMeasured;
    }

    private static async Task<(TimeSpan Elapsed, long WalBytes)> MeasureAsync(string directory, int eventsPerWriter)
    {
        var file = Path.Combine(directory, "journal.db");
        var system = ActorSystem.Create("benchmark", ConfigurationFactory.ParseString($$"""
            akka.loglevel = WARNING
            akka.persistence {
              journal.plugin = "akka.persistence.journal.sql"
              journal.sql {
                class = "Akka.Persistence.Sql.Journal.SqlWriteJournal, Akka.Persistence.Sql"
                provider-name = "SQLite.MS"
                connection-string = "Data Source={{file.Replace("\\", "\\\\", StringComparison.Ordinal)}}"
              }
              snapshot-store.plugin = "akka.persistence.snapshot-store.inmem"
            }
            """));
        try
        {
            await RoundAsync(system, "warm-up", Math.Min(50, eventsPerWriter)).ConfigureAwait(false);
            var watch = Stopwatch.StartNew();
            await RoundAsync(system, "measured", eventsPerWriter).ConfigureAwait(false);
            return (watch.Elapsed, new FileInfo(file + "-wal").Length);
        }
        finally
        {
            await system.Terminate().ConfigureAwait(false);
        }
    }

    private static Task RoundAsync(ActorSystem system, string round, int events)
    {
        var done = new Task[Writers];
        for (var i = 0; i < Writers; i++)
        {
            var finished = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            done[i] = finished.Task;
            var id = string.Create(CultureInfo.InvariantCulture, $"{round}-{i}");
            system.ActorOf(Props.Create(() => new Writer(id, events, finished)), id);
        }
        return Task.WhenAll(done).WaitAsync(Patience);
    }

    /// <summary>Persists event after event; stops when all are stored, or fails the benchmark.</summary>
    private sealed class Writer : ReceivePersistentActor
    {
        private readonly TaskCompletionSource _finished;
        private readonly byte[] _event = new byte[100];
        private int _left;

        public Writer(string persistenceId, int events, TaskCompletionSource finished)
        {
            PersistenceId = persistenceId;
            _left = events;
            _finished = finished;
            Recover<RecoveryCompleted>(_ => PersistNext());
        }

        public override string PersistenceId { get; }

        protected override void OnPersistFailure(Exception cause, object @event, long sequenceNr)
            => _finished.TrySetException(cause);

        private void PersistNext() => Persist(_event, _ =>
        {
            if (--_left > 0)
            {
                PersistNext();
                return;
            }
            _finished.TrySetResult();
            Context.Stop(Self);
        });
    }
}
