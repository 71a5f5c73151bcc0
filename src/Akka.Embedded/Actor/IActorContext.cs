using Akka.Dispatch;

namespace Akka.Actor;

/// <summary>What an actor sees of its surroundings. Valid only on the actor's own turn.</summary>
public interface IActorContext : IActorRefFactory, ICanWatch
{
    /// <summary>This actor.</summary>
    IActorRef Self { get; }

    /// <summary>Sender of the current message; the dead letters reference when there was none.</summary>
    IActorRef Sender { get; }

    /// <summary>The supervisor.</summary>
    IActorRef Parent { get; }

    /// <summary>The system.</summary>
    ActorSystem System { get; }

    /// <summary>What this actor was created from.</summary>
    Props Props { get; }

    /// <summary>What gives this actor its turns.</summary>
    MessageDispatcher Dispatcher { get; }

    /// <summary>The idle time after which <see cref="Actor.ReceiveTimeout"/> is sent, null when off.</summary>
    TimeSpan? ReceiveTimeout { get; }

    /// <summary>Replaces the behaviour on top of the stack, from the next message on.</summary>
    void Become(Receive receive);

    /// <summary>Pushes a behaviour.</summary>
    void BecomeStacked(Receive receive);

    /// <summary>Pops a behaviour; the first one stays.</summary>
    void UnbecomeStacked();

    /// <summary>The child of that name, or <see cref="ActorRefs.Nobody"/>.</summary>
    IActorRef Child(string name);

    /// <summary>A snapshot of the living children.</summary>
    IEnumerable<IActorRef> GetChildren();

    /// <summary>Turns idle notices on or, with null, off. Survives a restart.</summary>
    void SetReceiveTimeout(TimeSpan? timeout);

    /// <summary>Stops an actor after the message it is handling.</summary>
    void Stop(IActorRef child);
}
