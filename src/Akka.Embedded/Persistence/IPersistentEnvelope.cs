using Akka.Actor;

namespace Akka.Persistence;

/// <summary>Something that an actor sends through its journal.</summary>
public interface IPersistentEnvelope
{
    /// <summary>What is sent.</summary>
    object Payload { get; }

    /// <summary>Whose command it is part of.</summary>
    IActorRef Sender { get; }

    /// <summary>Number of events.</summary>
    int Size { get; }
}
