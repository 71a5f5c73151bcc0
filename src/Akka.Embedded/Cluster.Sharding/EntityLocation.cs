using Akka.Actor;
using Akka.Util;

namespace Akka.Cluster.Sharding;

/// <summary>Where an entity is.</summary>
public sealed class EntityLocation
{
    public EntityLocation(string entityId, string shardId, Address shardRegion, Option<IActorRef> entityRef)
    {
        EntityId = entityId;
        ShardId = shardId;
        ShardRegion = shardRegion;
        EntityRef = entityRef;
    }

    public string EntityId { get; }

    public string ShardId { get; }

    /// <summary>The node that hosts the shard; <see cref="Address.AllSystems"/> when none does yet.</summary>
    public Address ShardRegion { get; }

    /// <summary>The entity, or nothing when it is not running.</summary>
    public Option<IActorRef> EntityRef { get; }
}
