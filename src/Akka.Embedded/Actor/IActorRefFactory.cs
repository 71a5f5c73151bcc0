namespace Akka.Actor;

/// <summary>What can create actors and look them up: a system or an actor's context.</summary>
public interface IActorRefFactory
{
    /// <summary>Creates a child and returns at once; its constructor runs later, on its own turn.</summary>
    /// <exception cref="InvalidActorNameException">The name is malformed or taken.</exception>
    /// <exception cref="InvalidOperationException">The parent is terminating.</exception>
    IActorRef ActorOf(Props props, string? name = null);

    /// <summary>A selection of whatever lives at the path when a message is told.</summary>
    ActorSelection ActorSelection(ActorPath actorPath);

    /// <summary>A selection by an absolute or relative path, which may hold <c>*</c>, <c>?</c> and <c>..</c>.</summary>
    ActorSelection ActorSelection(string actorPath);
}
