namespace Akka.Cluster.Sharding;

/// <summary>Told to a region: hand off all its shards, then stop.</summary>
public sealed class GracefulShutdown : IShardRegionCommand
{
    public static readonly GracefulShutdown Instance = new();

    private GracefulShutdown()
    {
    }
}
