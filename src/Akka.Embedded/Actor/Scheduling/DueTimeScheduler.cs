using Akka.Configuration;
using Akka.Dispatch;
using Akka.Event;

namespace Akka.Actor;

/// <summary>The default scheduler: entries ordered by due time, and one timer for the earliest.</summary>
/// <remarks>Entries of equal due time fire in the order in which they were scheduled. Fires never early: what the timer
/// finds not yet due waits for another round.</remarks>
internal sealed class DueTimeScheduler : SchedulerBase, IDisposable
{
    // Cancelled entries stay queued until they are due. A receive timeout that every message re-arms would let them pile
    // up, so they are swept out when there are this many and they are the majority.
    private const int SweepThreshold = 1024;

    private readonly Lock _gate = new();
    private readonly TimeProvider _time;
    private readonly long _startTimestamp;
    private readonly ITimer _timer;
    private PriorityQueue<Entry, (TimeSpan Due, long Number)> _entries = new();
    private long _number;
    private int _sweepAt = SweepThreshold;
    private bool _closed;

    public DueTimeScheduler(Config config, ILoggingAdapter log, IExecution execution)
        : base(config, log)
    {
        _time = execution.Time;
        _startTimestamp = _time.GetTimestamp();
        _timer = _time.CreateTimer(_ => Fire(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    public override TimeSpan MonotonicClock => _time.GetElapsedTime(_startTimestamp);

    public override TimeSpan HighResMonotonicClock => MonotonicClock;

    protected override DateTimeOffset TimeNow => _time.GetUtcNow();

    public void Dispose()
    {
        lock (_gate)
        {
            _closed = true;
            _entries.Clear();
        }
        _timer.Dispose();
    }

    protected override void InternalScheduleTellOnce(
        TimeSpan delay, ICanTell receiver, object message, IActorRef sender, ICancelable cancelable)
        => Add(new Entry(() => receiver.Tell(message, sender), null, cancelable), delay);

    protected override void InternalScheduleTellRepeatedly(
        TimeSpan initialDelay,
        TimeSpan interval,
        ICanTell receiver,
        object message,
        IActorRef sender,
        ICancelable cancelable)
        => Add(new Entry(() => receiver.Tell(message, sender), interval, cancelable), initialDelay);

    protected override void InternalScheduleOnce(TimeSpan delay, Action action, ICancelable cancelable)
        => Add(new Entry(action, null, cancelable), delay);

    protected override void InternalScheduleRepeatedly(
        TimeSpan initialDelay, TimeSpan interval, Action action, ICancelable cancelable)
        => Add(new Entry(action, interval, cancelable), initialDelay);

    private void Add(Entry entry, TimeSpan delay)
    {
        lock (_gate)
        {
            if (_closed)
                throw new SchedulerException("cannot enqueue after timer shutdown");
            var due = MonotonicClock + delay;
            Sweep();
            _entries.Enqueue(entry, (due, _number++));
            if (ReferenceEquals(_entries.Peek(), entry))
                Arm(due);
        }
    }

    /// <summary>Sets the timer for a due time, rounded up to the millisecond a timer can tell apart.</summary>
    private void Arm(TimeSpan due)
    {
        var wait = Math.Ceiling(Math.Max(0, (due - MonotonicClock).TotalMilliseconds));
        _timer.Change(TimeSpan.FromMilliseconds(Math.Min(wait, int.MaxValue)), Timeout.InfiniteTimeSpan);
    }

    private void Fire()
    {
        while (TakeDue() is { } entry)
        {
            try
            {
                entry.Action();
            }
            catch (Exception cause)
            {
                // The outermost edge: an action that throws must not take the others' time away.
                Log.Error(cause, "Failed to execute scheduled action: {0}", cause.Message);
            }
        }
    }

    private Entry? TakeDue()
    {
        lock (_gate)
        {
            while (!_closed && _entries.TryPeek(out var entry, out var priority))
            {
                if (!entry.IsCancelled && priority.Due > MonotonicClock)
                {
                    Arm(priority.Due);
                    return null;
                }
                _entries.Dequeue();
                if (entry.IsCancelled)
                    continue;
                if (entry.Interval is { } interval)
                    _entries.Enqueue(entry, (priority.Due + interval, _number++));
                return entry;
            }
            return null;
        }
    }

    private void Sweep()
    {
        if (_entries.Count < _sweepAt)
            return;
        _entries = new(_entries.UnorderedItems.Where(item => !item.Element.IsCancelled));
        _sweepAt = Math.Max(SweepThreshold, _entries.Count * 2);
    }

    private sealed record Entry(Action Action, TimeSpan? Interval, ICancelable? Cancelable)
    {
        public bool IsCancelled => Cancelable?.IsCancellationRequested == true;
    }
}
