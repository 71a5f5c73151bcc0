using System.Collections.Concurrent;
using Akka.Actor;

namespace Akka.Cluster.Sharding;

/// <summary>Parent of all regions, <c>/system/sharding</c>. Forgets a region that has stopped.</summary>
internal sealed class ClusterShardingGuardian : ReceiveActor
{
    public ClusterShardingGuardian(ConcurrentDictionary<string, IActorRef> regions)
    {
        Receive<ShardProtocol.RegionStarted>(started => Context.WatchWith(
            started.Region, new ShardProtocol.RegionStopped(started.TypeName, started.Region)));
        Receive<ShardProtocol.RegionStopped>(stopped => regions.TryRemove(new(stopped.TypeName, stopped.Region)));
    }
}
