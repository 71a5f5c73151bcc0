using System.Diagnostics.CodeAnalysis;
using Akka.Actor;

namespace Akka.DependencyInjection;

/// <summary>Services for actors, and props for actors whose constructors take services.</summary>
public interface IDependencyResolver
{
    /// <summary>A scope of its own, for services that live as long as one piece of work.</summary>
    IResolverScope CreateScope();

    /// <summary>The service, or null when the container has none.</summary>
    [return: MaybeNull]
    T GetService<T>();

    /// <inheritdoc cref="GetService{T}"/>
    object? GetService(Type type);

    /// <summary>Props for <paramref name="type"/>.</summary>
    /// <param name="type">The actor.</param>
    /// <param name="args">Constructor arguments; what they leave open comes from the root of the container, anew for
    /// each incarnation of the actor.</param>
    Props Props(Type type, params object[] args);

    /// <inheritdoc cref="Props(Type, object[])"/>
    Props Props(Type type);

    /// <inheritdoc cref="Props(Type, object[])"/>
    Props Props<T>(params object[] args)
        where T : ActorBase;
}
