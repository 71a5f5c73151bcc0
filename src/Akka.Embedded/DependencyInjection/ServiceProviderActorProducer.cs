using Akka.Actor;
using Microsoft.Extensions.DependencyInjection;

namespace Akka.DependencyInjection;

/// <summary>Makes each incarnation of an actor from given arguments and the container's services.</summary>
internal sealed class ServiceProviderActorProducer(IServiceProvider provider, Type actorType, object[] args)
    : IIndirectActorProducer
{
    public Type ActorType { get; } = actorType;

    public ActorBase Produce() => (ActorBase)ActivatorUtilities.CreateInstance(provider, ActorType, args);

    /// <summary>Disposes the actor: the container does not own what it did not register.</summary>
    public void Release(ActorBase actor) => (actor as IDisposable)?.Dispose();
}
