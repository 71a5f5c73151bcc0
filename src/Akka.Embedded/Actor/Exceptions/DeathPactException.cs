namespace Akka.Actor;

/// <summary>An actor did not handle <see cref="Terminated"/> for an actor it watched; the default decision is Stop.</summary>
public class DeathPactException : AkkaException
{
    /// <summary>For the actor that died.</summary>
    public DeathPactException(IActorRef deadActor)
        : base($"Monitored actor [{deadActor}] terminated")
        => DeadActor = deadActor;

    /// <summary>Who died.</summary>
    public IActorRef DeadActor { get; }
}
