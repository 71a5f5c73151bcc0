namespace Akka.Cluster.Sharding;

/// <summary>Answered by <see cref="ClusterShardingStats"/>: the numbers of every region.</summary>
public sealed class GetClusterShardingStats : IShardRegionQuery, IEquatable<GetClusterShardingStats>
{
    /// <summary>How long shards may take to answer; those that take longer are listed as failed.</summary>
    public readonly TimeSpan Timeout;

    public GetClusterShardingStats(TimeSpan timeout) => Timeout = timeout;

    /// <inheritdoc/>
    public bool Equals(GetClusterShardingStats? other) => other is not null && Timeout == other.Timeout;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as GetClusterShardingStats);

    /// <inheritdoc/>
    public override int GetHashCode() => Timeout.GetHashCode();

    /// <inheritdoc/>
    public override string ToString() => $"GetClusterShardingStats({Timeout})";
}
