using Akka.Actor;

namespace Akka.Cluster.Sharding;

/// <summary>What region, shards and gatherers say among themselves.</summary>
internal static class ShardProtocol
{
    /// <summary>Region to shard: stop the entities, then yourself. Answered by the shard's end.</summary>
    public sealed record HandOff;

    /// <summary>Answered by <see cref="ShardState"/>.</summary>
    public sealed record GetState;

    /// <summary>Answered by <see cref="EntityLocation"/>.</summary>
    public sealed record Locate(string EntityId, string ShardId, Address Node);

    /// <summary>A shard has stopped; told to its region by death watch.</summary>
    public sealed record ShardStopped(string ShardId);

    /// <summary>An entity has stopped; told to its shard by death watch.</summary>
    public sealed record EntityStopped(IActorRef Entity);

    /// <summary>A region has started; told to the proxy of its type and to the guardian.</summary>
    public sealed record RegionStarted(string TypeName, IActorRef Region);

    /// <summary>A region has stopped; told to the guardian by death watch.</summary>
    public sealed record RegionStopped(string TypeName, IActorRef Region);

    /// <summary>Answer to <see cref="ShardRegion.StartEntity"/>.</summary>
    public sealed record EntityStarted(string EntityId, string ShardId);
}
