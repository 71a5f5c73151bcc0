using System.Collections.Immutable;

namespace Akka.Cluster.Sharding;

/// <summary>Numbers of one region.</summary>
public sealed class ShardRegionStats : IEquatable<ShardRegionStats>
{
    /// <summary>Shard id to the number of its running entities.</summary>
    public readonly IImmutableDictionary<string, int> Stats;

    /// <summary>Ids of the shards that did not answer in time.</summary>
    public readonly IImmutableSet<string> Failed;

    public ShardRegionStats(IImmutableDictionary<string, int> stats, IImmutableSet<string> failed)
    {
        Stats = stats;
        Failed = failed;
    }

    /// <inheritdoc/>
    public bool Equals(ShardRegionStats? other)
        => other is not null && Same.Entries(Stats, other.Stats) && Failed.SetEquals(other.Failed);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as ShardRegionStats);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Stats.Count, Failed.Count);

    /// <inheritdoc/>
    public override string ToString()
        => $"ShardRegionStats([{string.Join(", ", Stats)}], failed: [{string.Join(", ", Failed)}])";
}
