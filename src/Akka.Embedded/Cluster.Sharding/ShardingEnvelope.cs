namespace Akka.Cluster.Sharding;

/// <summary>A message with the id of its entity. Every region understands it, whatever its extractor.</summary>
public sealed class ShardingEnvelope : IEquatable<ShardingEnvelope>
{
    public ShardingEnvelope(string entityId, object message)
    {
        EntityId = entityId;
        Message = message;
    }

    public string EntityId { get; }

    /// <summary>What the entity receives.</summary>
    public object Message { get; }

    /// <inheritdoc/>
    public bool Equals(ShardingEnvelope? other)
        => other is not null && EntityId == other.EntityId && Equals(Message, other.Message);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as ShardingEnvelope);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(EntityId, Message);

    /// <inheritdoc/>
    public override string ToString() => $"ShardingEnvelope({EntityId}, {Message})";
}
