namespace Akka.Deterministic;

/// <summary>A clock that stands still until the loop moves it to the next timer.</summary>
internal sealed class VirtualTime(DeterministicDispatcher loop) : TimeProvider
{
    private readonly PriorityQueue<Alarm, (TimeSpan Due, long Number)> _alarms = new();
    private long _number;

    /// <summary>Time since the start of the run.</summary>
    public TimeSpan Elapsed { get; private set; }

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override TimeZoneInfo LocalTimeZone => TimeZoneInfo.Utc;

    public override DateTimeOffset GetUtcNow() => DateTimeOffset.UnixEpoch + Elapsed;

    public override long GetTimestamp() => Elapsed.Ticks;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new VirtualTimer(this, callback, state);
        timer.Change(dueTime, period);
        return timer;
    }

    /// <summary>Runs the action as a step of its own at that time, unless it is off by then.</summary>
    public void At(TimeSpan due, string label, Action action, Func<bool> isOff)
    {
        loop.CheckThread("A timer was set");
        _alarms.Enqueue(new Alarm(label, action, isOff), (due, _number++));
    }

    /// <summary>Moves to the earliest alarm not later than <paramref name="limit"/>; all that are due then become ready.</summary>
    /// <returns>False when there is none; time then stands at the limit.</returns>
    public bool TryAdvance(TimeSpan limit)
    {
        while (_alarms.TryPeek(out var first, out _) && first.IsOff())
            _alarms.Dequeue();
        if (!_alarms.TryPeek(out _, out var next) || next.Due > limit)
        {
            Elapsed = limit;
            return false;
        }
        Elapsed = next.Due > Elapsed ? next.Due : Elapsed;
        while (_alarms.TryPeek(out var alarm, out var when) && when.Due <= Elapsed)
        {
            _alarms.Dequeue();
            if (!alarm.IsOff())
                loop.AddTimer(alarm.Label, alarm.Action, alarm.IsOff);
        }
        return true;
    }

    /// <summary>Whether an alarm is due that is not ready yet.</summary>
    public bool IsDue => _alarms.TryPeek(out _, out var next) && next.Due <= Elapsed;

    private sealed record Alarm(string Label, Action Action, Func<bool> IsOff);

    private sealed class VirtualTimer(VirtualTime time, TimerCallback callback, object? state) : ITimer
    {
        private int _generation;
        private TimeSpan _period;
        private bool _disposed;

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            if (_disposed)
                return false;
            _generation++;
            _period = period;
            if (dueTime != Timeout.InfiniteTimeSpan)
                Set(time.Elapsed + dueTime);
            return true;
        }

        public void Dispose()
        {
            _disposed = true;
            _generation++;
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }

        private void Set(TimeSpan due)
        {
            var generation = _generation;
            time.At(due, "time", () => Fire(due), () => generation != _generation);
        }

        private void Fire(TimeSpan due)
        {
            _generation++;
            if (_period > TimeSpan.Zero)
                Set(due + _period);
            callback(state);
        }
    }
}
