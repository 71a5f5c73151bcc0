namespace Akka.Actor;

/// <summary>The timers of one incarnation.</summary>
internal sealed class TimerScheduler(ActorCell cell) : ITimerScheduler
{
    private readonly Dictionary<object, (long Generation, ICancelable Task)> _active = [];
    private long _generation;

    public IReadOnlyCollection<object> ActiveTimers => [.. _active.Keys];

    public void StartPeriodicTimer(object key, object msg, TimeSpan interval)
        => Start(key, msg, interval, interval, ActorRefs.NoSender);

    public void StartPeriodicTimer(object key, object msg, TimeSpan interval, IActorRef sender)
        => Start(key, msg, interval, interval, sender);

    public void StartPeriodicTimer(object key, object msg, TimeSpan initialDelay, TimeSpan interval)
        => Start(key, msg, initialDelay, interval, ActorRefs.NoSender);

    public void StartPeriodicTimer(object key, object msg, TimeSpan initialDelay, TimeSpan interval, IActorRef sender)
        => Start(key, msg, initialDelay, interval, sender);

    public void StartSingleTimer(object key, object msg, TimeSpan timeout)
        => Start(key, msg, timeout, null, ActorRefs.NoSender);

    public void StartSingleTimer(object key, object msg, TimeSpan timeout, IActorRef sender)
        => Start(key, msg, timeout, null, sender);

    public bool IsTimerActive(object key) => _active.ContainsKey(key);

    public void Cancel(object key)
    {
        if (_active.Remove(key, out var timer))
            timer.Task.Cancel();
    }

    public void CancelAll()
    {
        foreach (var timer in _active.Values)
            timer.Task.Cancel();
        _active.Clear();
    }

    /// <summary>Whether the message is of the timer now active under its key. A single timer ends by it.</summary>
    internal bool Accept(TimerMessage message)
    {
        if (!_active.TryGetValue(message.Key, out var timer) || timer.Generation != message.Generation)
            return false;
        if (!message.Repeats)
            _active.Remove(message.Key);
        return true;
    }

    private void Start(object key, object message, TimeSpan delay, TimeSpan? interval, IActorRef sender)
    {
        Cancel(key);
        var generation = ++_generation;
        var timerMessage = new TimerMessage(this, key, generation, message, interval is not null);
        var scheduler = cell.SystemImpl.Scheduler;
        var task = new Cancelable(scheduler.Advanced);
        if (interval is { } period)
            scheduler.ScheduleTellRepeatedly(delay, period, cell.SelfRef, timerMessage, sender, task);
        else
            scheduler.ScheduleTellOnce(delay, cell.SelfRef, timerMessage, sender, task);
        _active[key] = (generation, task);
    }
}
