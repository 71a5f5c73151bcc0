using Akka.Actor;

namespace Akka.DependencyInjection;

/// <summary>The way from an actor system to the container it was started with.</summary>
public sealed class DependencyResolver(IDependencyResolver resolver) : IExtension
{
    public IDependencyResolver Resolver { get; } = resolver;

    /// <summary>The resolver of <paramref name="actorSystem"/>.</summary>
    /// <exception cref="Configuration.ConfigurationException">The system was started without a container.</exception>
    public static DependencyResolver For(ActorSystem actorSystem) =>
        actorSystem.WithExtension<DependencyResolver, DependencyResolverExtension>();

    /// <inheritdoc cref="IDependencyResolver.Props(Type, object[])"/>
    public Props Props<T>(params object[] args)
        where T : ActorBase => Resolver.Props<T>(args);

    /// <inheritdoc cref="IDependencyResolver.Props(Type, object[])"/>
    public Props Props(Type type, params object[] args) => Resolver.Props(type, args);

    /// <inheritdoc cref="IDependencyResolver.Props(Type, object[])"/>
    public Props Props(Type type) => Resolver.Props(type);
}
