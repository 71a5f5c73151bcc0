using Akka.Actor;

namespace Akka.Event;

/// <summary>A message that nobody received and nobody misses.</summary>
public sealed class SuppressedDeadLetter : AllDeadLetters
{
    /// <summary>About one message.</summary>
    public SuppressedDeadLetter(IDeadLetterSuppression message, IActorRef sender, IActorRef recipient)
        : base(message, sender, recipient)
    {
    }
}
