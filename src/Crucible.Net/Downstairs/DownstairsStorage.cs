using System.Collections.Concurrent;
using System.Net;
using System.Threading.Channels;
using Crucible.Core.Downstairs;
using Crucible.Net.Regions;
using Crucible.Wire;
using Microsoft.Extensions.Logging;

namespace Crucible.Net.Downstairs;

/// <summary>
/// The storage side of a disk server: one thread that does the machine's work on the region, one piece after another,
/// and the copies of extents that run beside it. Every piece is answered by exactly one WorkDone.
/// </summary>
internal sealed partial class DownstairsStorage : IDisposable
{
    private readonly IServedRegion _region;
    private readonly ChannelWriter<DownstairsEvent> _events;
    private readonly ILogger _log;
    private readonly ExtentSource _source;
    private readonly RepairRunner _repairs;
    private readonly StorageWorker _worker;
    private readonly StorageFaults? _faults;

    /// <summary>Bounded by the machine, which never has more than a few pieces given out.</summary>
    private readonly BlockingCollection<(WorkNumber Number, StorageWork Work)> _work = [];
    private Task _running = Task.CompletedTask;

    public DownstairsStorage(
        IServedRegion region, StorageFaults? faults, TimeProvider time, ChannelWriter<DownstairsEvent> events, ILogger log)
    {
        _faults = faults;
        _region = region;
        _events = events;
        _log = log;
        _source = new ExtentSource(time);
        _repairs = new RepairRunner(_source);
        _worker = new StorageWorker(region);
    }

    public void Start() => _running = Task.Factory.StartNew(
        Loop, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    /// <summary>Queues a piece of work. Never waits.</summary>
    public void Give(WorkNumber number, StorageWork work) => _work.Add((number, work));

    /// <summary>Ends when what was given is done and no copy is under way. Nothing may be given any more.</summary>
    public Task CompleteAsync()
    {
        _work.CompleteAdding();
        return _running;
    }

    public void Dispose()
    {
        _work.Dispose();
        _source.Dispose();
    }

    [LoggerMessage(3020, LogLevel.Critical, "A piece of storage work on region {Region} met a fault of its own")]
    private static partial void LogBroken(ILogger log, Exception cause, RegionId region);

    private void Loop()
    {
        foreach (var (number, work) in _work.GetConsumingEnumerable())
        {
            StorageResult? result;
            try
            {
                result = Do(number, work);
            }
            catch (Exception e)
            {
                // A fault of our own in one job: that job fails, and the log has the rest.
                LogBroken(_log, e, _region.Definition.Uuid);
                result = Failed(CrucibleErrorKind.GenericError, "The disk server failed.");
            }
            if (result is not null)
                Post(new DownstairsEvent.WorkDone(number, work, result));
        }
        _repairs.StopAll();
    }

    /// <summary>Does one piece of work, or begins it.</summary>
    /// <returns>Null if the answer comes later.</returns>
    private StorageResult? Do(WorkNumber number, StorageWork work)
    {
        switch (work)
        {
            case StorageWork.Promote:
                // What the last upstairs wanted copied must not land in what the next one is told.
                _repairs.StopAll();
                return _worker.Do(work);
            case StorageWork.Perform { Message: Message.ExtentRepair m }:
                return BeginRepair(number, work, m.Extent, m.SourceRepairAddress);
            case StorageWork.Perform { Message: Message.ExtentLiveRepair m }:
                return BeginRepair(number, work, m.Extent, m.SourceRepairAddress);
            case StorageWork.Perform { Message: Message.ExtentReopen { Extent: var extent } }
                when _repairs.IsRunning(extent):
            case StorageWork.Perform { Message: Message.ExtentLiveReopen { Extent: var live } }
                when _repairs.IsRunning(live):
                return Failed(CrucibleErrorKind.RepairRequestError, "The extent is being copied.");
            case StorageWork.Perform { Message: var message } when _faults?.Draw(message) is { } injected:
                return injected;
            default:
                return _worker.Do(work);
        }
    }

    private StorageResult.Failed? BeginRepair(WorkNumber number, StorageWork work, ExtentId extent, IPEndPoint from)
    {
        if (_repairs.IsRunning(extent))
            return Failed(CrucibleErrorKind.RepairRequestError, "The extent is being copied already.");
        try
        {
            _repairs.Start(extent, from, _region.BeginCopy(extent), async result =>
            {
                try
                {
                    await _events.WriteAsync(new DownstairsEvent.WorkDone(number, work, result)).ConfigureAwait(false);
                }
                catch (ChannelClosedException)
                {
                    // The event loop has ended: nobody waits for the answer.
                }
            });
            return null;
        }
        catch (RegionIoException e)
        {
            return new StorageResult.Failed(e.Error, e.MayPass);
        }
    }

    // This thread may wait; the event loop never waits for it, so this ends.
    private void Post(DownstairsEvent happened)
    {
        while (!_events.TryWrite(happened))
        {
            if (!_events.WaitToWriteAsync().AsTask().GetAwaiter().GetResult())
                return;
        }
    }

    private static StorageResult.Failed Failed(CrucibleErrorKind kind, string text) =>
        new(new CrucibleError.WithText(kind, text), MayPass: false);
}
