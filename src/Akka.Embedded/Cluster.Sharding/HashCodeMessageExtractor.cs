using System.Globalization;

namespace Akka.Cluster.Sharding;

/// <summary>Spreads entities over a fixed number of shards by a hash of their ids.</summary>
/// <remarks>The shard of an id is the one Akka.NET computes, so that both agree about state stored by shard.</remarks>
public abstract class HashCodeMessageExtractor : IMessageExtractor
{
    /// <summary>How many shards there are at most.</summary>
    public readonly int MaxNumberOfShards;

    private readonly string[] _shardIds;

    /// <summary>Called by extractors.</summary>
    /// <param name="maxNumberOfShards">At least 1; must never change while anything is stored by shard.</param>
    protected HashCodeMessageExtractor(int maxNumberOfShards)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(maxNumberOfShards, 1);
        MaxNumberOfShards = maxNumberOfShards;
        _shardIds = [.. Enumerable.Range(0, maxNumberOfShards).Select(n => n.ToString(CultureInfo.InvariantCulture))];
    }

    /// <summary>An extractor from functions.</summary>
    /// <param name="maxNumberOfShards">At least 1.</param>
    /// <param name="entityIdExtractor">Id for a message, null for a message to no entity.</param>
    /// <param name="messageExtractor">What the entity receives; null to receive the message itself.</param>
    public static HashCodeMessageExtractor Create(
        int maxNumberOfShards,
        Func<object, string?> entityIdExtractor,
        Func<object, object>? messageExtractor = null)
        => new FromFunctions(maxNumberOfShards, entityIdExtractor, messageExtractor);

    /// <inheritdoc/>
    public abstract string? EntityId(object message);

    /// <summary>The message itself, unless overridden.</summary>
    public virtual object? EntityMessage(object message) => message;

    /// <inheritdoc/>
    [Obsolete("Use ShardId(string, object?) instead. Since v1.5.15")]
    public virtual string? ShardId(object message)
    {
        var id = message is ShardRegion.StartEntity start ? start.EntityId : EntityId(message);
        return string.IsNullOrEmpty(id) ? null : ShardId(id, message);
    }

    /// <inheritdoc/>
    public virtual string ShardId(string entityId, object? messageHint = null)
    {
        ArgumentNullException.ThrowIfNull(entityId);
        // Widened first: the absolute value of the least int is no int.
        return _shardIds[Math.Abs((long)StringHash.Of(entityId)) % MaxNumberOfShards];
    }

    private sealed class FromFunctions(
        int maxNumberOfShards, Func<object, string?> entityId, Func<object, object>? entityMessage)
        : HashCodeMessageExtractor(maxNumberOfShards)
    {
        private readonly Func<object, string?> _entityId =
            entityId ?? throw new ArgumentNullException(nameof(entityId));

        public override string? EntityId(object message) => _entityId(message);

        public override object? EntityMessage(object message) => entityMessage?.Invoke(message) ?? message;
    }
}
