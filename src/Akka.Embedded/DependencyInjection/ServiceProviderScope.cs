using Microsoft.Extensions.DependencyInjection;

namespace Akka.DependencyInjection;

/// <summary>A scope of a Microsoft container.</summary>
public sealed class ServiceProviderScope(IServiceScope scope) : IResolverScope
{
    public IDependencyResolver Resolver { get; } = new ServiceProviderDependencyResolver(scope.ServiceProvider);

    public void Dispose() => scope.Dispose();
}
