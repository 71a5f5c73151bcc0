namespace Akka.DependencyInjection;

/// <summary>A scope; disposing it disposes the services it made.</summary>
public interface IResolverScope : IDisposable
{
    IDependencyResolver Resolver { get; }
}
