using System.Collections.Immutable;
using Akka.Actor;

namespace Akka.Cluster.Sharding;

/// <summary>Numbers of every region of a type.</summary>
public sealed class ClusterShardingStats : IEquatable<ClusterShardingStats>
{
    /// <summary>Address of the node to the numbers of its region.</summary>
    public readonly IImmutableDictionary<Address, ShardRegionStats> Regions;

    public ClusterShardingStats(IImmutableDictionary<Address, ShardRegionStats> regions) => Regions = regions;

    /// <inheritdoc/>
    public bool Equals(ClusterShardingStats? other) => other is not null && Same.Entries(Regions, other.Regions);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as ClusterShardingStats);

    /// <inheritdoc/>
    public override int GetHashCode() => Regions.Count;

    /// <inheritdoc/>
    public override string ToString() => $"ClusterShardingStats([{string.Join(", ", Regions)}])";
}
