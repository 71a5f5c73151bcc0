using Akka.Event;

namespace Akka.Actor;

/// <summary>What a timer puts into the mailbox. Opened only if the timer is still the one that sent it.</summary>
internal sealed class TimerMessage(TimerScheduler owner, object key, long generation, object message, bool repeats)
    : IDeadLetterSuppression, INoSerializationVerificationNeeded
{
    public object Message { get; } = message;

    public object Key { get; } = key;

    public long Generation { get; } = generation;

    public bool Repeats { get; } = repeats;

    /// <summary>The user's message, or false when the timer was replaced, cancelled or of an earlier incarnation.</summary>
    public bool TryOpen(ActorCell cell, out object message)
    {
        message = Message;
        return ReferenceEquals(cell.Timers, owner) && owner.Accept(this);
    }
}
