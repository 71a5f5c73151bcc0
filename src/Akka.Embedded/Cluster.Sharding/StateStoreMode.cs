namespace Akka.Cluster.Sharding;

/// <summary>Where a cluster keeps the homes of its shards.</summary>
/// <remarks>Accepted so that one configuration serves both providers; in one process every home is here.</remarks>
public enum StateStoreMode
{
    Persistence = 0,
    DData = 1,
    Custom = 2,
}
