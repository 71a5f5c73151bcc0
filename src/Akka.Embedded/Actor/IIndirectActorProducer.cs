namespace Akka.Actor;

/// <summary>Makes instances of an actor; asked once per incarnation.</summary>
public interface IIndirectActorProducer
{
    /// <summary>The type of what <see cref="Produce"/> returns.</summary>
    Type ActorType { get; }

    /// <summary>Makes an instance. Runs where actor constructors may run.</summary>
    ActorBase Produce();

    /// <summary>An instance is not used any more.</summary>
    void Release(ActorBase actor);
}
