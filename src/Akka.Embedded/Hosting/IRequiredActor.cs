using Akka.Actor;

namespace Akka.Hosting;

/// <summary>An actor that a service needs, by the key it is registered under; injected by the container.</summary>
public interface IRequiredActor<TActor>
{
    /// <summary>The actor.</summary>
    /// <exception cref="MissingActorRegistryEntryException">It is not registered yet. A later read may succeed.
    /// Constructors of hosted services run too early; use <see cref="GetAsync"/> there.</exception>
    IActorRef ActorRef { get; }

    /// <summary>The actor, at once or when it is registered.</summary>
    Task<IActorRef> GetAsync(CancellationToken cancellationToken = default);
}
