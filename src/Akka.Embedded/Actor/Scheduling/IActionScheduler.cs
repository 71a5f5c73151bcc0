namespace Akka.Actor;

/// <summary>Runs actions later, outside any actor.</summary>
public interface IActionScheduler
{
    /// <summary>Runs once, never before the delay is over.</summary>
    void ScheduleOnce(TimeSpan delay, Action action);

    /// <summary>As above, until cancelled.</summary>
    void ScheduleOnce(TimeSpan delay, Action action, ICancelable? cancelable);

    /// <summary>Runs at a fixed rate.</summary>
    void ScheduleRepeatedly(TimeSpan initialDelay, TimeSpan interval, Action action);

    /// <summary>As above, until cancelled.</summary>
    void ScheduleRepeatedly(TimeSpan initialDelay, TimeSpan interval, Action action, ICancelable? cancelable);
}
