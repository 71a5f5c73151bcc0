using Akka.Actor;

namespace Akka.Event;

/// <summary>A message that nobody received.</summary>
public sealed class DeadLetter : AllDeadLetters
{
    /// <summary>About one message.</summary>
    public DeadLetter(object message, IActorRef sender, IActorRef recipient)
        : base(message, sender, recipient)
    {
        ArgumentNullException.ThrowIfNull(sender);
        ArgumentNullException.ThrowIfNull(recipient);
    }
}
