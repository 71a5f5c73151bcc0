using Akka.Actor;

namespace Akka.Event;

/// <summary>The base of all events about messages that were not handled.</summary>
public abstract class AllDeadLetters : IWrappedMessage
{
    /// <summary>About one message.</summary>
    protected AllDeadLetters(object message, IActorRef sender, IActorRef recipient)
    {
        Message = message;
        Sender = sender;
        Recipient = recipient;
    }

    /// <summary>The message.</summary>
    public object Message { get; }

    /// <summary>To whom it was told.</summary>
    public IActorRef Recipient { get; }

    /// <summary>Who told it; the dead letters reference when nobody was named.</summary>
    public IActorRef Sender { get; }

    /// <inheritdoc/>
    public override string ToString() => $"{GetType().Name} from {Sender} to {Recipient}: <{Message}>";
}
