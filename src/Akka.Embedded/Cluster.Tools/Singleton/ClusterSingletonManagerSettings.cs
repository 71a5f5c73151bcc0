using Akka.Actor;
using Akka.Configuration;

namespace Akka.Cluster.Tools.Singleton;

/// <summary>How a singleton is kept.</summary>
public sealed record ClusterSingletonManagerSettings : INoSerializationVerificationNeeded
{
    private ClusterSingletonManagerSettings(string singletonName) => SingletonName = singletonName;

    /// <summary>Name of the singleton below its manager.</summary>
    public string SingletonName { get; private init; }

    /// <summary>Role of the nodes that may host it; null for all. The one process has every role.</summary>
    public string? Role { get; private init; }

    /// <summary>The settings at <c>akka.cluster.singleton</c>.</summary>
    /// <exception cref="ConfigurationException">They ask for a lease, which needs a cluster.</exception>
    public static ClusterSingletonManagerSettings Create(ActorSystem system)
    {
        ArgumentNullException.ThrowIfNull(system);
        return Create(system.Settings.Config.WithFallback(ClusterSingletonManager.DefaultConfig())
            .GetConfig("akka.cluster.singleton")!);
    }

    /// <summary>The settings in <paramref name="config"/>, with the keys of <c>akka.cluster.singleton</c>.</summary>
    /// <inheritdoc cref="Create(ActorSystem)" path="/exception"/>
    public static ClusterSingletonManagerSettings Create(Config config)
    {
        ArgumentNullException.ThrowIfNull(config);
        if (!string.IsNullOrEmpty(config.GetString("use-lease")))
        {
            throw new ConfigurationException(
                "use-lease is set for a singleton, but this build has only the embedded, single-process Akka. " +
                "Build with the MSBuild property AkkaProvider=packages for it.");
        }
        return new ClusterSingletonManagerSettings(config.GetString("singleton-name", "singleton")!)
        {
            Role = config.GetString("role") is { Length: > 0 } role ? role : null,
        };
    }

    public ClusterSingletonManagerSettings WithSingletonName(string singletonName)
    {
        ArgumentException.ThrowIfNullOrEmpty(singletonName);
        return this with { SingletonName = singletonName };
    }

    public ClusterSingletonManagerSettings WithRole(string? role) => this with { Role = role };
}
