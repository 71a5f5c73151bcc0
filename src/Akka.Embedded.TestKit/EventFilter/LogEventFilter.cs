using Akka.Event;

namespace Akka.TestKit;

/// <summary>Counts the log events that fit.</summary>
internal sealed class LogEventFilter(Predicate<LogEvent> fits, string description)
{
    private volatile EventCounter? _counter;

    /// <summary>Counts from now on with the given counter.</summary>
    public void CountWith(EventCounter counter) => _counter = counter;

    public bool TryCount(LogEvent logEvent)
    {
        if (!fits(logEvent))
            return false;
        _counter?.Add();
        return true;
    }

    public override string ToString() => description;
}
