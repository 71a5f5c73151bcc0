namespace Crucible.Simulation.World;

/// <summary>
/// Virtual time and everything that is still to happen. Events of one instant happen in an order drawn from the seed.
/// </summary>
/// <param name="random">Orders events of one instant.</param>
/// <param name="outer">Whose time it follows, where this world is a part of a larger one; null when time is its own.</param>
internal sealed class VirtualClock(SeededRandom random, TimeProvider? outer = null)
{
    private readonly PriorityQueue<Action, (long At, ulong Tie)> _events = new();
    private DateTimeOffset _now = DateTimeOffset.UnixEpoch;

    public DateTimeOffset Now => outer?.GetUtcNow() ?? _now;

    /// <summary>When the next event is due; null when there is none.</summary>
    public DateTimeOffset? NextDue =>
        _events.TryPeek(out _, out var next) ? new DateTimeOffset(next.At, TimeSpan.Zero) : null;

    /// <summary>Told of the time of each event that is added, for whoever moves the outer time.</summary>
    public Action<DateTimeOffset>? Added { get; set; }

    public long EventsRun { get; private set; }

    public void After(TimeSpan delay, Action action) => At(Now + delay, action);

    public void At(DateTimeOffset when, Action action)
    {
        _events.Enqueue(action, (when.UtcTicks, random.Next()));
        Added?.Invoke(when);
    }

    /// <summary>Runs everything that is due up to this moment; time then stands there.</summary>
    public void RunUntil(DateTimeOffset end)
    {
        while (_events.TryPeek(out _, out var next) && next.At <= end.UtcTicks)
            RunNext();
        _now = end;
    }

    /// <summary>Runs until the condition holds. False if it does not by this moment.</summary>
    public bool RunUntil(Func<bool> condition, DateTimeOffset end)
    {
        while (!condition())
        {
            if (!_events.TryPeek(out _, out var next) || next.At > end.UtcTicks)
                return false;
            RunNext();
        }

        return true;
    }

    private void RunNext()
    {
        if (!_events.TryDequeue(out var action, out var when))
            return;
        _now = new DateTimeOffset(when.At, TimeSpan.Zero);
        EventsRun++;
        action();
    }
}
