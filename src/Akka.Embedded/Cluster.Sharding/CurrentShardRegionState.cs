using System.Collections.Immutable;

namespace Akka.Cluster.Sharding;

/// <summary>The shards of one region.</summary>
public sealed class CurrentShardRegionState : IEquatable<CurrentShardRegionState>
{
    public readonly IImmutableSet<ShardState> Shards;

    /// <summary>Ids of the shards that did not answer in time.</summary>
    public readonly IImmutableSet<string> Failed;

    public CurrentShardRegionState(IImmutableSet<ShardState> shards, IImmutableSet<string> failed)
    {
        Shards = shards;
        Failed = failed;
    }

    /// <inheritdoc/>
    public bool Equals(CurrentShardRegionState? other)
        => other is not null && Shards.SetEquals(other.Shards) && Failed.SetEquals(other.Failed);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as CurrentShardRegionState);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Shards.Count, Failed.Count);

    /// <inheritdoc/>
    public override string ToString()
        => $"CurrentShardRegionState([{string.Join(", ", Shards)}], failed: [{string.Join(", ", Failed)}])";
}
