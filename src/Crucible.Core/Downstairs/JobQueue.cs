using Crucible.Wire;

namespace Crucible.Core.Downstairs;

/// <summary>
/// The jobs of one connection: which wait for others, which may start, which have completed (protocol section 12.2).
/// </summary>
/// <remarks>
/// A job is ready once each of its dependencies has completed on this connection; only membership counts, never the
/// size of an id. Each waiting job counts what it still lacks, so a finished job costs only its own waiters.
/// </remarks>
internal sealed class JobQueue
{
    private readonly HashSet<JobId> _completed = [];
    private readonly Dictionary<JobId, List<Job>> _waitersOf = [];
    private const int UnusedListsMax = 64;
    private readonly Stack<List<Job>> _unusedLists = new();
    private readonly Queue<Job> _ready = new();
    private readonly Dictionary<JobTicket, Job> _retrying = [];
    private long _bytes;

    /// <summary>An empty queue.</summary>
    /// <param name="completed">The flush job of LastFlush, if the connection replays; it counts as completed.</param>
    public JobQueue(JobId? completed)
    {
        if (completed is { } id)
            _completed.Add(id);
    }

    /// <summary>Jobs that arrived and were not answered.</summary>
    public int Count { get; private set; }

    /// <summary>Whether one of <see cref="DownstairsLimits"/> is exceeded.</summary>
    public bool IsOverLimit =>
        Count > DownstairsLimits.JobsQueuedMax
        || _bytes > DownstairsLimits.BytesQueuedMax
        || _completed.Count > DownstairsLimits.CompletedMax;

    public void Add(Job job, JobId[] dependencies)
    {
        Count++;
        _bytes += job.Bytes;
        foreach (var dependency in dependencies)
        {
            if (_completed.Contains(dependency))
                continue;
            job.Unmet++;
            if (!_waitersOf.TryGetValue(dependency, out var waiters))
                _waitersOf[dependency] = waiters = _unusedLists.TryPop(out var unused) ? unused : [];
            waiters.Add(job);
        }
        if (job.Unmet == 0)
            _ready.Enqueue(job);
    }

    /// <summary>The next job that may start, in the order they became ready.</summary>
    public bool TryTakeReady(out Job job) => _ready.TryDequeue(out job!);

    public bool TryPeekReady(out Job job) => _ready.TryPeek(out job!);

    /// <summary>The job succeeded and was answered: what waits for it may start.</summary>
    public void Complete(Job job)
    {
        Forget(job);
        if (job.Id is not { } id)
            return;
        // After a Flush or a Barrier the upstairs names nothing older, so everything older is forgotten.
        if (job.Message is Message.Flush or Message.Barrier)
            _completed.Clear();
        _completed.Add(id);
        if (!_waitersOf.Remove(id, out var waiters))
            return;
        foreach (var waiter in waiters)
        {
            if (--waiter.Unmet == 0)
                _ready.Enqueue(waiter);
        }

        waiters.Clear();
        if (_unusedLists.Count < UnusedListsMax)
            _unusedLists.Push(waiters);
    }

    /// <summary>The job failed for good and was answered so: what waits for it goes on waiting.</summary>
    public void Forget(Job job)
    {
        Count--;
        _bytes -= job.Bytes;
    }

    public void HoldForRetry(Job job) => _retrying.Add(job.Ticket, job);

    /// <summary>The pause after a failed attempt is over.</summary>
    /// <returns>False if no job of that ticket waits for a retry.</returns>
    public bool Retry(JobTicket ticket)
    {
        if (!_retrying.Remove(ticket, out var job))
            return false;
        _ready.Enqueue(job);
        return true;
    }
}
