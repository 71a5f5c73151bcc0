using Akka.Actor;
using Akka.Configuration;

namespace Akka.Conformance.Tests.Cluster;

/// <summary>A system that is the only node of its cluster. The embedded provider is that without being told.</summary>
public static class ClusterNode
{
    /// <summary>What such a system needs, below <paramref name="hocon"/>.</summary>
    public static Config With(string hocon) => ConfigurationFactory.ParseString(hocon);

    /// <summary>Returns when the system is a node.</summary>
    public static Task JoinAsync(ActorSystem system) => Task.CompletedTask;
}
