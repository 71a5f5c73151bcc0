namespace Akka.Cluster.Sharding;

/// <summary>Answered by <see cref="ShardRegionStats"/>: how many entities each shard of this node has.</summary>
public sealed class GetShardRegionStats : IShardRegionQuery
{
    public static readonly GetShardRegionStats Instance = new();

    private GetShardRegionStats()
    {
    }

    /// <inheritdoc/>
    public override string ToString() => nameof(GetShardRegionStats);
}
