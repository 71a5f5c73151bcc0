using System.Collections.Immutable;

namespace Akka.Cluster.Sharding;

/// <summary>One shard and the ids of its running entities.</summary>
public sealed class ShardState : IEquatable<ShardState>
{
    public readonly string ShardId;
    public readonly IImmutableSet<string> EntityIds;

    public ShardState(string shardId, IImmutableSet<string> entityIds)
    {
        ShardId = shardId;
        EntityIds = entityIds;
    }

    /// <inheritdoc/>
    public bool Equals(ShardState? other)
        => other is not null && ShardId == other.ShardId && EntityIds.SetEquals(other.EntityIds);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as ShardState);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(ShardId, EntityIds.Count);

    /// <inheritdoc/>
    public override string ToString() => $"ShardState({ShardId}, [{string.Join(", ", EntityIds)}])";
}
