using Akka.Actor;

namespace Akka.Event;

/// <summary>A message that was dropped on purpose, and why.</summary>
public sealed class Dropped : AllDeadLetters
{
    /// <summary>About one message.</summary>
    public Dropped(object message, string reason, IActorRef sender, IActorRef recipient)
        : base(message, sender, recipient) => Reason = reason;

    /// <summary>About one message that nobody signed.</summary>
    public Dropped(object message, string reason, IActorRef recipient)
        : this(message, reason, ActorRefs.NoSender, recipient)
    {
    }

    /// <summary>Why it was dropped.</summary>
    public string Reason { get; }
}
