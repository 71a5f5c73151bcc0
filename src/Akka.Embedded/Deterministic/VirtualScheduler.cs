using Akka.Actor;
using Akka.Configuration;
using Akka.Event;

namespace Akka.Deterministic;

/// <summary>The scheduler of a deterministic system: every entry is a step of its own, so ties are choices.</summary>
internal sealed class VirtualScheduler(Config config, ILoggingAdapter log, VirtualTime time)
    : SchedulerBase(config, log), IDisposable
{
    private bool _closed;

    public override TimeSpan MonotonicClock => time.Elapsed;

    public override TimeSpan HighResMonotonicClock => time.Elapsed;

    protected override DateTimeOffset TimeNow => time.GetUtcNow();

    public void Dispose() => _closed = true;

    protected override void InternalScheduleTellOnce(
        TimeSpan delay, ICanTell receiver, object message, IActorRef sender, ICancelable cancelable)
        => Add(delay, null, Describe(receiver, message), () => receiver.Tell(message, sender), cancelable);

    protected override void InternalScheduleTellRepeatedly(
        TimeSpan initialDelay,
        TimeSpan interval,
        ICanTell receiver,
        object message,
        IActorRef sender,
        ICancelable cancelable)
        => Add(initialDelay, interval, Describe(receiver, message), () => receiver.Tell(message, sender), cancelable);

    protected override void InternalScheduleOnce(TimeSpan delay, Action action, ICancelable cancelable)
        => Add(delay, null, "action", action, cancelable);

    protected override void InternalScheduleRepeatedly(
        TimeSpan initialDelay, TimeSpan interval, Action action, ICancelable cancelable)
        => Add(initialDelay, interval, "action", action, cancelable);

    private static string Describe(ICanTell receiver, object message)
        => $"{DeterministicDispatcher.NameOf(receiver)} {DeterministicDispatcher.NameOf(message)}";

    private void Add(TimeSpan delay, TimeSpan? interval, string label, Action action, ICancelable? cancelable)
    {
        if (_closed)
            throw new SchedulerException("cannot enqueue after timer shutdown");
        Set(time.Elapsed + delay, interval, label, action, cancelable);
    }

    private void Set(TimeSpan due, TimeSpan? interval, string label, Action action, ICancelable? cancelable)
        => time.At(due, label, () => Fire(due, interval, label, action, cancelable), () => IsOff(cancelable));

    private bool IsOff(ICancelable? cancelable) => _closed || cancelable?.IsCancellationRequested == true;

    private void Fire(TimeSpan due, TimeSpan? interval, string label, Action action, ICancelable? cancelable)
    {
        if (interval is { } period)
            Set(due + period, interval, label, action, cancelable);
        try
        {
            action();
        }
        catch (Exception cause)
        {
            // The outermost edge: an action that throws must not take the others' time away.
            Log.Error(cause, "Failed to execute scheduled action: {0}", cause.Message);
        }
    }
}
