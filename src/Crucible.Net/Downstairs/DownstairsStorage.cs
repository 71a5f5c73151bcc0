using System.Net;
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
    private readonly Inbox<DownstairsNews> _events;
    private readonly ILogger _log;
    private readonly ExtentSource _source;
    private readonly RepairRunner _repairs;
    private readonly StorageWorker _worker;
    private readonly StorageFaults? _faults;

    /// <summary>Bounded by the machine, which never has more than a few pieces given out.</summary>
    private readonly object _lock = new();
    private readonly List<DownstairsNews> _done = [];
    private List<(WorkNumber Number, StorageWork Work)> _given = [];
    private bool _isComplete;
    private Task _running = Task.CompletedTask;

    /// <summary>Of who gives, alone.</summary>
    private bool _isGiven;

    public DownstairsStorage(
        IServedRegion region, StorageFaults? faults, MessagePool messages, BufferPool buffers, TimeProvider time,
        Inbox<DownstairsNews> events, ILogger log)
    {
        _faults = faults;
        _region = region;
        _events = events;
        _log = log;
        _source = new ExtentSource(time);
        _repairs = new RepairRunner(_source);
        _worker = new StorageWorker(region, messages, buffers);
    }

    public void Start() => _running = Task.Factory.StartNew(
        Loop, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    /// <summary>Queues a piece of work, to be done after the next <see cref="Begin"/>. Never waits.</summary>
    public void Give(WorkNumber number, StorageWork work)
    {
        lock (_lock)
            _given.Add((number, work));
        _isGiven = true;
    }

    /// <summary>What was given is to be done. For who gives.</summary>
    /// <param name="done">Where results go that are there already; others are posted later.</param>
    /// <returns>Whether there are any.</returns>
    public bool Begin(List<WorkDone> done)
    {
        if (!_isGiven)
            return false;
        _isGiven = false;
        if (_region.AnswersAtOnce)
            return DoNow(done);
        lock (_lock)
            Monitor.Pulse(_lock);
        return false;
    }

    private bool DoNow(List<WorkDone> done)
    {
        // Nobody else takes from it, so no lock is needed.
        foreach (var (number, piece) in _given)
        {
            if (ResultOf(number, piece) is { } result)
                done.Add(new WorkDone(number, piece, result));
        }

        _given.Clear();
        return done.Count > 0;
    }

    /// <summary>Ends when what was given is done and no copy is under way. Nothing may be given any more.</summary>
    public Task CompleteAsync()
    {
        lock (_lock)
        {
            _isComplete = true;
            Monitor.Pulse(_lock);
        }

        return _running;
    }

    public void Dispose()
    {
        _source.Dispose();
    }

    [LoggerMessage(3020, LogLevel.Critical, "A piece of storage work on region {Region} met a fault of its own")]
    private static partial void LogBroken(ILogger log, Exception cause, RegionId region);

    private void Loop()
    {
        var work = new List<(WorkNumber Number, StorageWork Work)>();
        while (TryTake(ref work))
        {
            for (var next = 0; next < work.Count;)
            {
                if (_faults is null && _worker.WriteTogether(work, next) is > 0 and var written)
                {
                    foreach (var (number, piece) in work.Slice(next, written))
                        _done.Add(new WorkDone(number, piece, StorageResult.Done.Instance));
                    next += written;
                }
                else
                {
                    var (number, piece) = work[next++];
                    if (ResultOf(number, piece) is { } result)
                        _done.Add(new WorkDone(number, piece, result));
                }
            }

            Post();
        }

        _repairs.StopAll();
    }

    /// <summary>Waits for work. False when it is complete and all done.</summary>
    private bool TryTake(ref List<(WorkNumber Number, StorageWork Work)> work)
    {
        work.Clear();
        lock (_lock)
        {
            while (_region.AnswersAtOnce || _given.Count == 0)
            {
                if (_isComplete)
                    return false;
                Monitor.Wait(_lock);
            }

            (_given, work) = (work, _given);
            return true;
        }
    }

    private StorageResult? ResultOf(WorkNumber number, StorageWork work)
    {
        try
        {
            return Do(number, work);
        }
        catch (Exception e)
        {
            // A fault of our own in one job: that job fails, and the log has the rest.
            LogBroken(_log, e, _region.Definition.Uuid);
            return Failed(CrucibleErrorKind.GenericError, "The disk server failed.");
        }
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
                // If the event loop has ended, nobody waits for the answer.
                await _events.PostAsync(new WorkDone(number, work, result), CancellationToken.None)
                    .ConfigureAwait(false);
            });
            return null;
        }
        catch (RegionIoException e)
        {
            return new StorageResult.Failed(e.Error, e.MayPass);
        }
    }

    // This thread may wait; the event loop never waits for it, so this ends.
    private void Post()
    {
        if (_done.Count == 0)
            return;
        var posting = _events.PostAsync(_done, CancellationToken.None);
        if (posting.IsCompleted)
            posting.GetAwaiter().GetResult();
        else
            posting.AsTask().GetAwaiter().GetResult();
        _done.Clear();
    }

    private static StorageResult.Failed Failed(CrucibleErrorKind kind, string text) =>
        new(new CrucibleError.WithText(kind, text), MayPass: false);
}
