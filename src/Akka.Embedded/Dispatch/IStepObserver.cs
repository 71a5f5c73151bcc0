using Akka.Actor;

namespace Akka.Dispatch;

/// <summary>Sees what actors do, one message at a time. With an observer a turn is one message.</summary>
internal interface IStepObserver
{
    /// <summary>A message was told to an actor.</summary>
    void Sent(ActorCell target, object message);

    /// <summary>A system message was sent to an actor.</summary>
    void SentSystem(ActorCell target, SystemMessage message);

    /// <summary>The current turn handles this user message.</summary>
    void Handling(ActorCell actor, object message);

    /// <summary>The current turn handles this system message.</summary>
    void HandlingSystem(ActorCell actor, SystemMessage message);

    /// <summary>The actor takes no message any more.</summary>
    void Ended(ActorCell actor);

    /// <summary>Something that is no mailbox, and which other turns may touch too, was read or written.</summary>
    void Touched(string place);

    /// <summary>Anything may have been read or written.</summary>
    void TouchedAll();
}
