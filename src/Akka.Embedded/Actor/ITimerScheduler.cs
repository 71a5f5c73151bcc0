namespace Akka.Actor;

/// <summary>The timers of one incarnation of an actor, by key. Only for use on the actor's own turn.</summary>
/// <remarks>Starting a key again replaces its timer. No message of a replaced or cancelled timer is seen after the call,
/// even if it is already in the mailbox.</remarks>
public interface ITimerScheduler
{
    /// <summary>The keys that are active.</summary>
    IReadOnlyCollection<object> ActiveTimers { get; }

    /// <summary>Tells the actor again and again, first after one interval.</summary>
    void StartPeriodicTimer(object key, object msg, TimeSpan interval);

    /// <summary>As above, from a sender.</summary>
    void StartPeriodicTimer(object key, object msg, TimeSpan interval, IActorRef sender);

    /// <summary>Tells the actor again and again, first after the initial delay.</summary>
    void StartPeriodicTimer(object key, object msg, TimeSpan initialDelay, TimeSpan interval);

    /// <summary>As above, from a sender.</summary>
    void StartPeriodicTimer(object key, object msg, TimeSpan initialDelay, TimeSpan interval, IActorRef sender);

    /// <summary>Tells the actor once.</summary>
    void StartSingleTimer(object key, object msg, TimeSpan timeout);

    /// <summary>As above, from a sender.</summary>
    void StartSingleTimer(object key, object msg, TimeSpan timeout, IActorRef sender);

    /// <summary>Whether the key is active; a single timer is not from the delivery of its message on.</summary>
    bool IsTimerActive(object key);

    /// <summary>Cancels one timer.</summary>
    void Cancel(object key);

    /// <summary>Cancels all timers.</summary>
    void CancelAll();
}
