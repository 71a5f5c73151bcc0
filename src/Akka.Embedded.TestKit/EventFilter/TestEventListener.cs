using Akka.Actor;
using Akka.Event;

namespace Akka.TestKit;

/// <summary>The logger of tests: counts what event filters match and prints the rest.</summary>
public class TestEventListener : DefaultLogger
{
    private readonly List<LogEventFilter> _filters = [];

    /// <inheritdoc/>
    protected override bool Receive(object message)
    {
        switch (message)
        {
            case Mute mute:
                _filters.AddRange(mute.Filters);
                return true;
            case Unmute unmute:
                _filters.RemoveAll(unmute.Filters.Contains);
                return true;
            case DeadLetter letter:
                // Dead letters are counted as warnings, whether or not they are logged.
                IsMatched(new Warning(letter.Recipient.Path.ToString(), typeof(DeadLetter), letter));
                return true;
            case UnhandledMessage unhandled:
                IsMatched(new Warning(unhandled.Recipient.Path.ToString(), typeof(UnhandledMessage), unhandled));
                return true;
            default:
                return base.Receive(message);
        }
    }

    /// <inheritdoc/>
    protected override void Print(LogEvent logEvent)
    {
        if (!IsMatched(logEvent))
            base.Print(logEvent);
    }

    private bool IsMatched(LogEvent logEvent)
    {
        // Every filter counts for itself, so all of them are asked.
        var matched = false;
        foreach (var filter in _filters)
            matched |= filter.TryCount(logEvent);
        return matched;
    }

    internal sealed record Mute(IReadOnlyList<LogEventFilter> Filters) : INoSerializationVerificationNeeded;

    internal sealed record Unmute(IReadOnlyList<LogEventFilter> Filters) : INoSerializationVerificationNeeded;
}
