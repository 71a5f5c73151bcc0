namespace Akka.Cluster.Sharding;

/// <summary>Says for which entity a message is, what the entity gets, and in which shard the entity lives.</summary>
public interface IMessageExtractor
{
    /// <summary>Id of the entity that <paramref name="message"/> is for; null when it is for none, which makes the
    /// message unhandled.</summary>
    string? EntityId(object message);

    /// <summary>What the entity receives for <paramref name="message"/>; never null for a message with an id.</summary>
    object? EntityMessage(object message);

    /// <summary>Shard of the entity that <paramref name="message"/> is for.</summary>
    [Obsolete("Use ShardId(EntityId, object) instead.")]
    string? ShardId(object message);

    /// <summary>Shard of <paramref name="entityId"/>: always the same one for the same id.</summary>
    /// <param name="entityId">Not empty.</param>
    /// <param name="messageHint">The message on its way to the entity, where there is one.</param>
    string ShardId(string entityId, object? messageHint = null);
}
