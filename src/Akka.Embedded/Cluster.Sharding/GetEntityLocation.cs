namespace Akka.Cluster.Sharding;

/// <summary>Answered by <see cref="EntityLocation"/>. Does not start the entity.</summary>
public sealed class GetEntityLocation : IShardRegionQuery
{
    public GetEntityLocation(string entityId, TimeSpan timeout)
    {
        EntityId = entityId;
        Timeout = timeout;
    }

    public string EntityId { get; }

    /// <summary>How long the search may take. In one process nothing has to be searched for.</summary>
    public TimeSpan Timeout { get; }
}
