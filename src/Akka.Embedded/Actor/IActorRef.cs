namespace Akka.Actor;

/// <summary>A handle to one incarnation of an actor. Immutable, thread-safe; equal by path and incarnation.</summary>
public interface IActorRef : ICanTell, IEquatable<IActorRef>, IComparable<IActorRef>, IComparable
{
    /// <summary>Where the actor lives, with its incarnation.</summary>
    ActorPath Path { get; }
}
