using Akka.Event;

namespace Akka.Actor;

/// <summary>A watched actor has stopped.</summary>
public sealed class Terminated : IAutoReceivedMessage, IPossiblyHarmful, IDeadLetterSuppression,
    INoSerializationVerificationNeeded
{
    /// <summary>Makes the notice; normally only the system does.</summary>
    public Terminated(IActorRef actorRef, bool existenceConfirmed, bool addressTerminated)
    {
        ActorRef = actorRef;
        ExistenceConfirmed = existenceConfirmed;
        AddressTerminated = addressTerminated;
    }

    /// <summary>Who stopped.</summary>
    public IActorRef ActorRef { get; }

    /// <summary>False when the target was already gone, or never there, when the watch began.</summary>
    public bool ExistenceConfirmed { get; }

    /// <summary>True when a whole node was lost. Always false inside one process.</summary>
    public bool AddressTerminated { get; }

    /// <inheritdoc/>
    public override string ToString()
        => $"<Terminated>: {ActorRef} - ExistenceConfirmed={ExistenceConfirmed}";
}
