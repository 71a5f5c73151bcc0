using Akka.Actor;
using Akka.Event;
using Akka.Util;

namespace Akka.Cluster.Sharding;

/// <summary>Parent of the entities of one shard.</summary>
/// <remarks><code>
///            message               Passivate                    stopped
/// (none) ──────────────▶ active ──────────────▶ passivating ──────────────▶ (none), or active again
///                          │                        │                       if messages were kept
///                          └── stopped ──▶ (none)   └── messages are kept, up to the buffer size
/// </code></remarks>
internal sealed class Shard : ReceiveActor, IWithTimers
{
    private const string IdleKey = "idle";
    private const string StopKey = "stop";

    private readonly Dictionary<string, Entity> _byId = new(StringComparer.Ordinal);
    private readonly Dictionary<IActorRef, Entity> _byRef = [];
    private readonly ILoggingAdapter _log = Context.GetLogger();
    private readonly string _shardId;
    private readonly EntityType _type;
    private int _keptCount;
    private bool _isHandingOff;

    public Shard(string shardId, EntityType type)
    {
        _shardId = shardId;
        _type = type;

        Receive<ShardProtocol.EntityStopped>(stopped => OnEntityStopped(stopped.Entity));
        Receive<ShardProtocol.GetState>(_ => Sender.Tell(new ShardState(shardId, [.. _byId.Keys])));
        Receive<ShardProtocol.Locate>(OnLocate);
        Receive<ShardProtocol.HandOff>(_ => OnHandOff());
        Receive<StopTheRest>(_ => OnStopTheRest());
        Receive<PassivateIdle>(_ => OnPassivateIdle());
        Receive<Passivate>(passivate => StartPassivation(Sender, passivate.StopMessage));
        Receive<ShardRegion.StartEntity>(start => Deliver(start.EntityId, start, Sender));
        ReceiveAny(message => Deliver(type.Extractor.EntityId(message) ?? "", message, Sender));
    }

    public ITimerScheduler Timers { get; set; } = null!;

    public static Props Props(string shardId, EntityType type) => Actor.Props.Create(() => new Shard(shardId, type));

    protected override void PreStart()
    {
        var idleAfter = _type.Settings.PassivateIdleEntityAfter;
        if (idleAfter > TimeSpan.Zero)
            Timers.StartPeriodicTimer(IdleKey, PassivateIdle.Instance, idleAfter / 2);
    }

    private TimeSpan Now => Context.System.Scheduler.MonotonicClock;

    private void Deliver(string entityId, object message, IActorRef sender)
    {
        if (_isHandingOff)
        {
            Drop(message, $"Shard [{_shardId}] is being handed off", sender);
            return;
        }
        if (message is not ShardRegion.StartEntity && _type.Extractor.EntityMessage(message) is null)
        {
            Drop(message, "The extractor gives no message for the entity", sender);
            return;
        }
        var entity = _byId.TryGetValue(entityId, out var running) ? running : Start(entityId);
        if (entity.IsPassivating)
            Keep(entity, message, sender);
        else
            Hand(entity, message, sender);
    }

    private void Hand(Entity entity, object message, IActorRef sender)
    {
        entity.LastMessage = Now;
        if (message is ShardRegion.StartEntity)
            sender.Tell(new ShardProtocol.EntityStarted(entity.Id, _shardId));
        else
            entity.Ref.Tell(_type.Extractor.EntityMessage(message)!, sender);
    }

    private void Keep(Entity entity, object message, IActorRef sender)
    {
        if (_keptCount >= _type.Settings.TuningParameters.BufferSize)
        {
            Drop(message, $"Buffer for [{entity.Id}] is full", sender);
            return;
        }
        _keptCount++;
        entity.Kept.Enqueue((message, sender));
    }

    private Entity Start(string entityId)
    {
        var actor = Context.ActorOf(_type.EntityProps(entityId), Uri.EscapeDataString(entityId));
        Context.WatchWith(actor, new ShardProtocol.EntityStopped(actor));
        var entity = new Entity(entityId, actor) { LastMessage = Now };
        _byId.Add(entityId, entity);
        _byRef.Add(actor, entity);
        return entity;
    }

    private void StartPassivation(IActorRef actor, object stopMessage)
    {
        // Not one of ours, or on its way out already: a second stop message would reach nobody.
        if (_isHandingOff || !_byRef.TryGetValue(actor, out var entity) || entity.IsPassivating)
            return;
        entity.IsPassivating = true;
        actor.Tell(stopMessage);
    }

    private void OnPassivateIdle()
    {
        var deadline = Now - _type.Settings.PassivateIdleEntityAfter;
        foreach (var entity in _byId.Values.Where(entity => entity.LastMessage < deadline))
            StartPassivation(entity.Ref, _type.StopMessage);
    }

    private void OnEntityStopped(IActorRef actor)
    {
        if (!_byRef.Remove(actor, out var stopped))
            return;
        _byId.Remove(stopped.Id);
        _keptCount -= stopped.Kept.Count;
        foreach (var (message, sender) in stopped.Kept)
            Deliver(stopped.Id, message, sender);
        StopWhenEmpty();
    }

    private void OnLocate(ShardProtocol.Locate locate)
    {
        var found = _byId.TryGetValue(locate.EntityId, out var entity)
            ? Option<IActorRef>.Create(entity.Ref)
            : Option<IActorRef>.None;
        Sender.Tell(new EntityLocation(locate.EntityId, locate.ShardId, locate.Node, found));
    }

    private void OnHandOff()
    {
        if (_isHandingOff)
            return;
        _isHandingOff = true;
        Timers.Cancel(IdleKey);
        var patience = _type.Settings.TuningParameters.HandOffTimeout - TimeSpan.FromSeconds(5);
        Timers.StartSingleTimer(
            StopKey, StopTheRest.Instance, patience > TimeSpan.FromSeconds(1) ? patience : TimeSpan.FromSeconds(1));
        foreach (var actor in _byRef.Keys)
            actor.Tell(_type.StopMessage);
        StopWhenEmpty();
    }

    private void OnStopTheRest()
    {
        _log.Warning(
            "{0}: {1} entities of shard {2} did not stop by {3} in time; they are stopped now",
            _type.Name,
            _byRef.Count,
            _shardId,
            _type.StopMessage.GetType());
        foreach (var actor in _byRef.Keys)
            Context.Stop(actor);
    }

    private void StopWhenEmpty()
    {
        if (_isHandingOff && _byRef.Count == 0)
            Context.Stop(Self);
    }

    private void Drop(object message, string why, IActorRef sender)
        => Context.System.DeadLetters.Tell(new Dropped(message, why, sender, Self));

    private sealed class Entity(string id, IActorRef actor)
    {
        public string Id { get; } = id;

        public IActorRef Ref { get; } = actor;

        public bool IsPassivating { get; set; }

        /// <summary>When the last message was handed to it, by the scheduler's monotonic clock.</summary>
        public TimeSpan LastMessage { get; set; }

        /// <summary>What came while it was passivating, in order.</summary>
        public Queue<(object Message, IActorRef Sender)> Kept { get; } = new();
    }

    private sealed class PassivateIdle
    {
        public static readonly PassivateIdle Instance = new();
    }

    private sealed class StopTheRest
    {
        public static readonly StopTheRest Instance = new();
    }
}
