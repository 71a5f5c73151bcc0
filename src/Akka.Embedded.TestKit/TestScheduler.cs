using Akka.Actor;
using Akka.Configuration;
using Akka.Event;

namespace Akka.TestKit;

/// <summary>A scheduler whose time moves only when told. Select it with <c>akka.scheduler.implementation</c>.</summary>
/// <remarks>Nothing fires on its own, not even without delay. What comes due by one advance fires in order of due time; a
/// repeating entry fires once and counts its next interval from the new time.</remarks>
public class TestScheduler : SchedulerBase
{
    private readonly Lock _gate = new();
    private readonly DateTimeOffset _start;
    private readonly List<Entry> _entries = [];
    private DateTimeOffset _now;

    /// <summary>As the system makes it.</summary>
    public TestScheduler(Config schedulerConfig, ILoggingAdapter log)
        : base(schedulerConfig, log)
    {
        _start = TimeProvider.System.GetUtcNow();
        _now = _start;
    }

    /// <summary>The scheduler's time.</summary>
    public DateTimeOffset Now => TimeNow;

    /// <inheritdoc/>
    public override TimeSpan MonotonicClock => TimeNow - _start;

    /// <inheritdoc/>
    public override TimeSpan HighResMonotonicClock => MonotonicClock;

    /// <inheritdoc/>
    protected override DateTimeOffset TimeNow
    {
        get
        {
            lock (_gate)
                return _now;
        }
    }

    /// <summary>Moves time on, and fires what is due on the calling thread.</summary>
    public void Advance(TimeSpan offset) => AdvanceTo(TimeNow + offset);

    /// <summary>Moves time to a moment, and fires what is due on the calling thread.</summary>
    /// <exception cref="InvalidOperationException">The moment has passed.</exception>
    public void AdvanceTo(DateTimeOffset when)
    {
        Entry[] due;
        lock (_gate)
        {
            if (when < _now)
                throw new InvalidOperationException("You can't reverse time...");
            _now = when;
            _entries.RemoveAll(entry => entry.IsCancelled);
            // The sort is stable: entries due at the same time fire as they were scheduled.
            due = [.. _entries.Where(entry => entry.Due <= when).OrderBy(entry => entry.Due)];
            _entries.RemoveAll(entry => entry.Due <= when);
            _entries.AddRange(due.Where(entry => entry.Interval is not null)
                .Select(entry => entry with { Due = when + entry.Interval!.Value }));
        }
        foreach (var entry in due)
        {
            if (!entry.IsCancelled)
                entry.Action();
        }
    }

    /// <inheritdoc/>
    protected override void InternalScheduleTellOnce(
        TimeSpan delay, ICanTell receiver, object message, IActorRef sender, ICancelable cancelable)
        => Add(delay, null, () => receiver.Tell(message, sender), cancelable);

    /// <inheritdoc/>
    protected override void InternalScheduleTellRepeatedly(
        TimeSpan initialDelay,
        TimeSpan interval,
        ICanTell receiver,
        object message,
        IActorRef sender,
        ICancelable cancelable)
        => Add(initialDelay, interval, () => receiver.Tell(message, sender), cancelable);

    /// <inheritdoc/>
    protected override void InternalScheduleOnce(TimeSpan delay, Action action, ICancelable cancelable)
        => Add(delay, null, action, cancelable);

    /// <inheritdoc/>
    protected override void InternalScheduleRepeatedly(
        TimeSpan initialDelay, TimeSpan interval, Action action, ICancelable cancelable)
        => Add(initialDelay, interval, action, cancelable);

    private void Add(TimeSpan delay, TimeSpan? interval, Action action, ICancelable? cancelable)
    {
        lock (_gate)
            _entries.Add(new Entry(_now + delay, interval, action, cancelable));
    }

    private sealed record Entry(DateTimeOffset Due, TimeSpan? Interval, Action Action, ICancelable? Cancelable)
    {
        public bool IsCancelled => Cancelable?.IsCancellationRequested == true;
    }
}
