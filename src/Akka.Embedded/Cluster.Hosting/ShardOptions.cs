using Akka.Cluster.Sharding;

namespace Akka.Cluster.Hosting;

/// <summary>Settings of a region; null leaves them to <c>akka.cluster.sharding</c>.</summary>
public sealed class ShardOptions
{
    /// <summary>Role of the nodes that host entities. The one process has every role.</summary>
    public string? Role { get; set; }

    /// <summary>Where a cluster would keep the homes of shards; without effect in one process.</summary>
    public StateStoreMode? StateStoreMode { get; set; }

    /// <summary>False turns the passivation of idle entities off.</summary>
    public bool? ShouldPassivateIdleEntities { get; set; }

    /// <summary>An entity without messages for this long is passivated.</summary>
    public TimeSpan? PassivateIdleEntityAfter { get; set; }

    /// <summary>How long a query about shards waits for a shard before it counts as failed.</summary>
    public TimeSpan? ShardRegionQueryTimeout { get; set; }

    /// <summary>What stops an entity that is handed off or idle; <c>PoisonPill</c> when null.</summary>
    public object? HandOffStopMessage { get; set; }

    internal ClusterShardingSettings Over(ClusterShardingSettings settings) => settings with
    {
        Role = Role ?? settings.Role,
        StateStoreMode = StateStoreMode ?? settings.StateStoreMode,
        PassivateIdleEntityAfter = ShouldPassivateIdleEntities is false
            ? TimeSpan.Zero
            : PassivateIdleEntityAfter ?? settings.PassivateIdleEntityAfter,
        ShardRegionQueryTimeout = ShardRegionQueryTimeout ?? settings.ShardRegionQueryTimeout,
    };
}
