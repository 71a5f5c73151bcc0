namespace Crucible.Simulation.World;

/// <summary>
/// Virtual time and everything that is still to happen. Events of one instant happen in an order drawn from the seed.
/// </summary>
internal sealed class VirtualClock(SeededRandom random)
{
    private readonly PriorityQueue<Action, (long At, ulong Tie)> _events = new();

    public DateTimeOffset Now { get; private set; } = DateTimeOffset.UnixEpoch;

    public long EventsRun { get; private set; }

    public void After(TimeSpan delay, Action action) => At(Now + delay, action);

    public void At(DateTimeOffset when, Action action) => _events.Enqueue(action, (when.UtcTicks, random.Next()));

    /// <summary>Runs everything that is due up to this moment; time then stands there.</summary>
    public void RunUntil(DateTimeOffset end)
    {
        while (_events.TryPeek(out _, out var next) && next.At <= end.UtcTicks)
            RunNext();
        Now = end;
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
        Now = new DateTimeOffset(when.At, TimeSpan.Zero);
        EventsRun++;
        action();
    }
}
