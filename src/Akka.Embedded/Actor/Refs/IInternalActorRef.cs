using Akka.Dispatch;

namespace Akka.Actor;

/// <summary>What the machinery needs of a reference.</summary>
internal interface IInternalActorRef : IActorRef
{
    ActorSystemImpl System { get; }

    /// <summary>The reference one level up, or nobody.</summary>
    IActorRef Parent { get; }

    /// <summary>The living children, none for references that are not actors.</summary>
    IEnumerable<IActorRef> Children { get; }

    bool IsTerminated { get; }

    /// <summary>The child of that name or nobody.</summary>
    IActorRef Child(string name);

    void SendSystemMessage(SystemMessage message);
}
