using Akka.Dispatch;
using Akka.Event;

namespace Akka.Actor;

/// <summary>Where undeliverable messages go: out on the event stream.</summary>
internal sealed class DeadLetterActorRef(ActorSystemImpl system, ActorPath path) : ActorRefBase(path)
{
    public override ActorSystemImpl System => system;

    public override bool IsTerminated => true;

    public override void Tell(object message, IActorRef? sender)
    {
        ArgumentNullException.ThrowIfNull(message);
        switch (message)
        {
            case AllDeadLetters letter:
                system.EventStream.Publish(letter);
                break;
            default:
                Report(message, sender, this);
                break;
        }
    }

    /// <summary>A watch of the dead letters themselves is never answered: they are there as long as the system.</summary>
    public override void SendSystemMessage(SystemMessage message)
    {
    }

    /// <summary>Publishes a message that did not reach <paramref name="recipient"/>.</summary>
    public void Report(object message, IActorRef? sender, IActorRef recipient)
    {
        switch (message)
        {
            case Identify identify:
                sender?.Tell(new ActorIdentity(identify.MessageId, null), recipient);
                break;
            case TimerMessage:
                break;
            case IDeadLetterSuppression suppressed:
                system.EventStream.Publish(new SuppressedDeadLetter(suppressed, sender ?? this, recipient));
                break;
            default:
                system.EventStream.Publish(new DeadLetter(message, sender ?? this, recipient));
                break;
        }
    }
}
