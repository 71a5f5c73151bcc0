namespace Akka.Cluster.Sharding;

/// <summary>Answered by <see cref="CurrentShardRegionState"/>: the shards of this node and their entities.</summary>
public sealed class GetShardRegionState : IShardRegionQuery
{
    public static readonly GetShardRegionState Instance = new();

    private GetShardRegionState()
    {
    }

    /// <inheritdoc/>
    public override string ToString() => nameof(GetShardRegionState);
}
