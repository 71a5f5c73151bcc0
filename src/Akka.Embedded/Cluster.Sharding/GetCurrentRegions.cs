namespace Akka.Cluster.Sharding;

/// <summary>Answered by <see cref="CurrentRegions"/>: the nodes with a region of this type.</summary>
public sealed class GetCurrentRegions : IShardRegionQuery
{
    public static readonly GetCurrentRegions Instance = new();

    private GetCurrentRegions()
    {
    }

    /// <inheritdoc/>
    public override string ToString() => nameof(GetCurrentRegions);
}
