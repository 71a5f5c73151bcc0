using Akka.Actor;

namespace Akka.Event;

/// <summary>A message that its receiver had no handler for.</summary>
public sealed class UnhandledMessage : AllDeadLetters
{
    /// <summary>About one message.</summary>
    public UnhandledMessage(object message, IActorRef sender, IActorRef recipient)
        : base(message, sender, recipient)
    {
    }
}
