using System.Collections.Immutable;
using Akka.Actor;
using Akka.Event;

namespace Akka.Cluster.Sharding;

/// <summary>The entrance to the entities of one type: finds a message's shard, starting it if need be.</summary>
/// <remarks><code>
/// message ──▶ region ──▶ shard ──▶ entity        one shard actor per shard id, one entity actor per entity id
/// GracefulShutdown ──▶ every shard handed off ──▶ all stopped ──▶ region stops
/// </code></remarks>
public sealed class ShardRegion : ReceiveActor
{
    private readonly Dictionary<string, IActorRef> _shards = new(StringComparer.Ordinal);
    private readonly ILoggingAdapter _log = Context.GetLogger();
    private readonly Address _node = Context.System.DeadLetters.Path.Address;
    private readonly EntityType _type;
    private bool _isShuttingDown;

    internal ShardRegion(EntityType type)
    {
        _type = type;

        Receive<ShardProtocol.ShardStopped>(OnShardStopped);
        Receive<GracefulShutdown>(_ => OnGracefulShutdown());
        Receive<IShardRegionCommand>(Unhandled);
        Receive<IShardRegionQuery>(OnQuery);
        Receive<StartEntity>(start => Deliver(start.EntityId, start));
        ReceiveAny(OnMessage);
    }

    internal static Props Props(EntityType type) => Actor.Props.Create(() => new ShardRegion(type));

    private void OnMessage(object message)
    {
        if (_type.Extractor.EntityId(message) is { } entityId)
        {
            Deliver(entityId, message);
            return;
        }
        _log.Warning(
            "{0}: the extractor names no entity for a message of type {1}; ignored", _type.Name, message.GetType());
        Unhandled(message);
    }

    private void Deliver(string entityId, object message)
    {
        if (_isShuttingDown)
            Drop(message, "The shard region is shutting down");
        else if (entityId.Length == 0)
            Drop(message, "No recipient entity id");
        else if (_type.Extractor.ShardId(entityId, message) is { Length: > 0 } shardId)
            Shard(shardId).Forward(message);
        else
            Drop(message, "No shard id");
    }

    private IActorRef Shard(string shardId)
    {
        if (_shards.TryGetValue(shardId, out var shard))
            return shard;
        shard = Context.ActorOf(Sharding.Shard.Props(shardId, _type), Uri.EscapeDataString(shardId));
        Context.WatchWith(shard, new ShardProtocol.ShardStopped(shardId));
        _shards.Add(shardId, shard);
        return shard;
    }

    private void OnShardStopped(ShardProtocol.ShardStopped stopped)
    {
        _shards.Remove(stopped.ShardId);
        StopWhenEmpty();
    }

    private void OnGracefulShutdown()
    {
        if (_isShuttingDown)
            return;
        _isShuttingDown = true;
        foreach (var shard in _shards.Values)
            shard.Tell(new ShardProtocol.HandOff());
        StopWhenEmpty();
    }

    private void StopWhenEmpty()
    {
        if (_isShuttingDown && _shards.Count == 0)
            Context.Stop(Self);
    }

    private void OnQuery(IShardRegionQuery query)
    {
        switch (query)
        {
            case GetShardRegionState:
                Gather(_type.Settings.ShardRegionQueryTimeout, (shards, failed) =>
                    new CurrentShardRegionState(shards.ToImmutableHashSet(), failed));
                break;
            case GetShardRegionStats:
                Gather(_type.Settings.ShardRegionQueryTimeout, StatsOf);
                break;
            case GetClusterShardingStats stats:
                var node = _node;
                Gather(stats.Timeout, (shards, failed) => new ClusterShardingStats(
                    ImmutableDictionary<Address, ShardRegionStats>.Empty.Add(node, StatsOf(shards, failed))));
                break;
            case GetCurrentRegions:
                Sender.Tell(new CurrentRegions(ImmutableHashSet.Create(_node)));
                break;
            case GetEntityLocation location:
                Locate(location.EntityId);
                break;
            default:
                Unhandled(query);
                break;
        }
    }

    private static ShardRegionStats StatsOf(IReadOnlyCollection<ShardState> shards, ImmutableHashSet<string> failed)
        => new(shards.ToImmutableDictionary(shard => shard.ShardId, shard => shard.EntityIds.Count), failed);

    private void Gather(TimeSpan limit, ShardGatherer.Answer answer)
    {
        var shards = _shards.ToImmutableDictionary();
        var asker = Sender;
        Context.ActorOf(Actor.Props.Create(() => new ShardGatherer(shards, limit, answer, asker)));
    }

    private void Locate(string entityId)
    {
        var shardId = _type.Extractor.ShardId(entityId, new StartEntity(entityId));
        if (_shards.TryGetValue(shardId, out var shard))
            shard.Forward(new ShardProtocol.Locate(entityId, shardId, _node));
        else
            Sender.Tell(new EntityLocation(entityId, shardId, Address.AllSystems, Util.Option<IActorRef>.None));
    }

    private void Drop(object message, string why)
    {
        _log.Warning("{0}: {1}, dropping a message of type {2}", _type.Name, why, message.GetType());
        Context.System.DeadLetters.Tell(new Dropped(message, why, Sender, Self));
    }

    /// <summary>Told to a region: start an entity without a message.</summary>
    public sealed class StartEntity : IEquatable<StartEntity>
    {
        public readonly string EntityId;

        public StartEntity(string entityId) => EntityId = entityId;

        /// <inheritdoc/>
        public bool Equals(StartEntity? other) => other is not null && EntityId == other.EntityId;

        /// <inheritdoc/>
        public override bool Equals(object? obj) => Equals(obj as StartEntity);

        /// <inheritdoc/>
        public override int GetHashCode() => EntityId.GetHashCode(StringComparison.Ordinal);

        /// <inheritdoc/>
        public override string ToString() => $"StartEntity({EntityId})";
    }
}
