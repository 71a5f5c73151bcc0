namespace Akka.Cluster.Sharding;

/// <summary>A user's extractor, with <see cref="ShardingEnvelope"/> opened before it is asked.</summary>
internal sealed class EnvelopeExtractor(IMessageExtractor inner)
{
    public string? EntityId(object message)
        => message is ShardingEnvelope envelope ? envelope.EntityId : inner.EntityId(message);

    public object? EntityMessage(object message)
        => message is ShardingEnvelope envelope ? envelope.Message : inner.EntityMessage(message);

    public string ShardId(string entityId, object message) => inner.ShardId(entityId, message);
}
