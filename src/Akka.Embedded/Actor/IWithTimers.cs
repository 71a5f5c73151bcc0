namespace Akka.Actor;

/// <summary>An actor with timers; filled in by the base constructor.</summary>
public interface IWithTimers
{
    /// <summary>Set by the system.</summary>
    ITimerScheduler Timers { get; set; }
}
