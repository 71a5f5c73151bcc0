using Akka.Actor;

namespace Akka.Event;

/// <summary>Logs dead letters and unhandled messages, up to a number, then stays quiet for a while.</summary>
public class DeadLetterListener : ActorBase
{
    private readonly ILoggingAdapter _log = Context.GetLogger();
    private readonly Settings _settings = Context.System.Settings;
    private readonly IScheduler _scheduler = Context.System.Scheduler;
    private int _count;
    private TimeSpan? _quietSince;

    /// <inheritdoc/>
    protected override bool Receive(object message)
    {
        if (message is not DeadLetter letter)
            return false;
        if (_quietSince is { } since)
        {
            if (_scheduler.MonotonicClock - since < _settings.LogDeadLettersSuspendDuration)
                return true;
            _quietSince = null;
            _count = 0;
        }
        _count++;
        var last = _count >= _settings.LogDeadLetters;
        if (last)
            _quietSince = _scheduler.MonotonicClock;
        _log.Info(
            "Message [{0}] from {1} to {2} was not delivered. [{3}] dead letters encountered{4}.",
            letter.Message.GetType().Name,
            letter.Sender,
            letter.Recipient,
            _count,
            last ? $", no more dead letters will be logged in the next [{_settings.LogDeadLettersSuspendDuration}]" : "");
        return true;
    }
}
