namespace Akka.Actor;

/// <summary>What a parent knows of one child: its reference and how often it was restarted.</summary>
internal sealed class ChildEntry(LocalActorRef child)
{
    private int _restarts;
    private TimeSpan? _windowStart;

    public LocalActorRef Ref { get; } = child;

    /// <summary>Told to stop by its parent, which waits for it when it stops or restarts.</summary>
    public volatile bool IsStopping;

    /// <summary>Counts a restart if the limits allow it.</summary>
    /// <param name="retriesMax">Restarts allowed; negative: no limit.</param>
    /// <param name="window">The time the limit is about; zero or negative: the whole life.</param>
    /// <param name="now">A monotonic clock.</param>
    public bool MayRestart(int retriesMax, TimeSpan window, TimeSpan now)
    {
        if (retriesMax == 0)
            return false;
        if (window <= TimeSpan.Zero)
            return retriesMax < 0 || ++_restarts <= retriesMax;
        if (_windowStart is not { } start || now - start > window)
        {
            _windowStart = now;
            _restarts = 1;
            return true;
        }
        return ++_restarts <= Math.Max(1, retriesMax);
    }
}
