using Akka.Actor;
using Akka.Configuration;

namespace Akka.Conformance.Tests.Cluster;

/// <summary>A system that is the only node of its cluster: on a free port, joined to itself.</summary>
public static class ClusterNode
{
    private static readonly Config Needed = ConfigurationFactory.ParseString(
        """
        akka.actor.provider = cluster
        akka.remote.dot-netty.tcp { hostname = "127.0.0.1", port = 0 }
        akka.cluster.sharding.state-store-mode = ddata
        """);

    /// <summary>What such a system needs, below <paramref name="hocon"/>.</summary>
    public static Config With(string hocon) => ConfigurationFactory.ParseString(hocon).WithFallback(Needed);

    /// <summary>Returns when the system is a node.</summary>
    public static Task JoinAsync(ActorSystem system)
    {
        var cluster = Akka.Cluster.Cluster.Get(system);
        return cluster.JoinAsync(cluster.SelfAddress).WaitAsync(Limits.Long);
    }
}
