using System.Diagnostics.CodeAnalysis;
using Akka.Actor;
using Microsoft.Extensions.DependencyInjection;

namespace Akka.DependencyInjection;

/// <summary>Resolves from a Microsoft container.</summary>
public class ServiceProviderDependencyResolver(IServiceProvider serviceProvider) : IDependencyResolver
{
    public IServiceProvider ServiceProvider { get; } = serviceProvider;

    public IResolverScope CreateScope() => new ServiceProviderScope(ServiceProvider.CreateScope());

    [return: MaybeNull]
    public T GetService<T>() => ServiceProvider.GetService<T>();

    public object? GetService(Type type) => ServiceProvider.GetService(type);

    public Props Props(Type type, params object[] args) =>
        Actor.Props.CreateBy(new ServiceProviderActorProducer(ServiceProvider, type, args));

    public Props Props(Type type) => Props(type, []);

    public Props Props<T>(params object[] args)
        where T : ActorBase => Props(typeof(T), args);
}
