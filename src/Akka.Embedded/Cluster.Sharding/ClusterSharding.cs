using System.Collections.Concurrent;
using System.Collections.Immutable;
using Akka.Actor;
using Akka.Cluster.Tools;
using Akka.Configuration;

namespace Akka.Cluster.Sharding;

/// <summary>Entities addressed by id, each started by its first message. Here all are in this process.</summary>
/// <remarks>Paths: <c>/system/sharding/TYPE/SHARD/ENTITY</c>, each part escaped as in a URI.</remarks>
public class ClusterSharding : IExtension
{
    private static readonly Config Defaults = ConfigurationFactory.ParseString(
        """
        akka.cluster.sharding {
          guardian-name = sharding
          role = ""
          remember-entities = off
          passivate-idle-entity-after = 120s
          buffer-size = 100000
          handoff-timeout = 60s
          state-store-mode = persistence
          shard-region-query-timeout = 3s
          coordinator-singleton = akka.cluster.singleton
          use-lease = ""
        }
        """);

    private readonly Lock _gate = new();
    private readonly ConcurrentDictionary<string, IActorRef> _regions = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, IActorRef> _proxies = new(StringComparer.Ordinal);
    private readonly LocalActorRef _guardian;

    public ClusterSharding(ExtendedActorSystem system)
    {
        ArgumentNullException.ThrowIfNull(system);
        Settings = ClusterShardingSettings.Create(system);
        var config = system.Settings.Config.WithFallback(Defaults);
        var regions = _regions;
        _guardian = (LocalActorRef)system.SystemActorOf(
            Props.Create(() => new ClusterShardingGuardian(regions)),
            config.GetString("akka.cluster.sharding.guardian-name"));
        CoordinatedShutdown.Get(system).AddStop(
            CoordinatedShutdown.PhaseClusterShardingShutdownRegion,
            "region-shutdown",
            () => regions.Values,
            GracefulShutdown.Instance);
    }

    /// <summary>The settings at <c>akka.cluster.sharding</c>.</summary>
    public ClusterShardingSettings Settings { get; }

    /// <summary>Names of the types that have a region.</summary>
    public ImmutableHashSet<string> ShardTypeNames => [.. _regions.Keys];

    /// <summary>The sharding of <paramref name="system"/>, started on first use.</summary>
    public static ClusterSharding Get(ActorSystem system)
        => system.WithExtension<ClusterSharding, ClusterShardingExtensionProvider>();

    /// <summary>Defaults of the keys that are read here.</summary>
    public static Config DefaultConfig() => Defaults;

    /// <summary>The strategy of regions that name none. With one process it has nothing to choose.</summary>
    public IShardAllocationStrategy DefaultShardAllocationStrategy(ClusterShardingSettings settings)
        => new OnlyRegionAllocation();

    /// <summary>As the form with all arguments, which says what they are.</summary>
    public IActorRef Start(
        string typeName, Props entityProps, ClusterShardingSettings settings, IMessageExtractor messageExtractor)
        => Start(typeName, _ => entityProps, settings, messageExtractor);

    /// <summary>As the form with all arguments, which says what they are.</summary>
    public IActorRef Start(
        string typeName,
        Props entityProps,
        ClusterShardingSettings settings,
        IMessageExtractor messageExtractor,
        IShardAllocationStrategy allocationStrategy,
        object handOffStopMessage)
        => Start(typeName, _ => entityProps, settings, messageExtractor, allocationStrategy, handOffStopMessage);

    /// <summary>As the form with all arguments, which says what they are.</summary>
    public IActorRef Start(
        string typeName,
        Func<string, Props> entityPropsFactory,
        ClusterShardingSettings settings,
        IMessageExtractor messageExtractor)
        => Start(
            typeName,
            entityPropsFactory,
            settings,
            messageExtractor,
            DefaultShardAllocationStrategy(settings),
            PoisonPill.Instance);

    /// <summary>Starts the region of a type; a type that has one keeps it, and this returns that.</summary>
    /// <param name="typeName">Name of the kind of entity.</param>
    /// <param name="entityPropsFactory">Entity id to the entity's props; called whenever an entity starts.</param>
    /// <param name="settings">Limits and times.</param>
    /// <param name="messageExtractor">Which entity a message is for.</param>
    /// <param name="allocationStrategy">Not asked: there is one process.</param>
    /// <param name="handOffStopMessage">What stops an entity that is handed off or idle.</param>
    public IActorRef Start(
        string typeName,
        Func<string, Props> entityPropsFactory,
        ClusterShardingSettings settings,
        IMessageExtractor messageExtractor,
        IShardAllocationStrategy allocationStrategy,
        object handOffStopMessage)
    {
        ArgumentException.ThrowIfNullOrEmpty(typeName);
        ArgumentNullException.ThrowIfNull(entityPropsFactory);
        ArgumentNullException.ThrowIfNull(settings);
        ArgumentNullException.ThrowIfNull(messageExtractor);
        ArgumentNullException.ThrowIfNull(handOffStopMessage);
        lock (_gate)
        {
            if (_regions.TryGetValue(typeName, out var known))
                return known;
            var type = new EntityType(
                typeName, entityPropsFactory, settings, new EnvelopeExtractor(messageExtractor), handOffStopMessage);
            var region = _guardian.Cell.ActorOf(Sharding.ShardRegion.Props(type), Uri.EscapeDataString(typeName));
            _regions[typeName] = region;
            var started = new ShardProtocol.RegionStarted(typeName, region);
            _guardian.Tell(started);
            if (_proxies.TryGetValue(typeName, out var proxy))
                proxy.Tell(started);
            return region;
        }
    }

    /// <summary>As <c>Start</c> with the same arguments; complete when it returns.</summary>
    public Task<IActorRef> StartAsync(
        string typeName, Props entityProps, ClusterShardingSettings settings, IMessageExtractor messageExtractor)
        => Task.FromResult(Start(typeName, entityProps, settings, messageExtractor));

    /// <summary>As <c>Start</c> with the same arguments; complete when it returns.</summary>
    public Task<IActorRef> StartAsync(
        string typeName,
        Props entityProps,
        ClusterShardingSettings settings,
        IMessageExtractor messageExtractor,
        IShardAllocationStrategy allocationStrategy,
        object handOffStopMessage)
        => Task.FromResult(
            Start(typeName, entityProps, settings, messageExtractor, allocationStrategy, handOffStopMessage));

    /// <summary>As <c>Start</c> with the same arguments; complete when it returns.</summary>
    public Task<IActorRef> StartAsync(
        string typeName,
        Func<string, Props> entityPropsFactory,
        ClusterShardingSettings settings,
        IMessageExtractor messageExtractor)
        => Task.FromResult(Start(typeName, entityPropsFactory, settings, messageExtractor));

    /// <summary>As <c>Start</c> with the same arguments; complete when it returns.</summary>
    public Task<IActorRef> StartAsync(
        string typeName,
        Func<string, Props> entityPropsFactory,
        ClusterShardingSettings settings,
        IMessageExtractor messageExtractor,
        IShardAllocationStrategy allocationStrategy,
        object handOffStopMessage)
        => Task.FromResult(
            Start(typeName, entityPropsFactory, settings, messageExtractor, allocationStrategy, handOffStopMessage));

    /// <summary>A reference to the entities of a type that hosts none itself. What it is told before the type has a
    /// region waits there.</summary>
    /// <param name="typeName">Name of the kind of entity.</param>
    /// <param name="role">Role of the nodes that host entities; the one process has every role.</param>
    /// <param name="messageExtractor">Which entity a message is for; the region's own is used here.</param>
    public IActorRef StartProxy(string typeName, string? role, IMessageExtractor messageExtractor)
    {
        ArgumentException.ThrowIfNullOrEmpty(typeName);
        lock (_gate)
        {
            if (_proxies.TryGetValue(typeName, out var known))
                return known;
            var keptMax = Settings.TuningParameters.BufferSize;
            var proxy = _guardian.Cell.ActorOf(
                Props.Create(() => new ShardRegionProxy(keptMax)), Uri.EscapeDataString(typeName + "Proxy"));
            _proxies[typeName] = proxy;
            if (_regions.TryGetValue(typeName, out var region))
                proxy.Tell(new ShardProtocol.RegionStarted(typeName, region));
            return proxy;
        }
    }

    /// <inheritdoc cref="StartProxy"/>
    public Task<IActorRef> StartProxyAsync(string typeName, string? role, IMessageExtractor messageExtractor)
        => Task.FromResult(StartProxy(typeName, role, messageExtractor));

    /// <summary>The region of a type, or its proxy when it has only that.</summary>
    /// <exception cref="ArgumentException">The type was not started.</exception>
    public IActorRef ShardRegion(string typeName)
        => _regions.TryGetValue(typeName, out var region) || _proxies.TryGetValue(typeName, out region)
            ? region
            : throw NotStarted(typeName);

    /// <summary>The proxy of a type.</summary>
    /// <exception cref="ArgumentException">No proxy of the type was started.</exception>
    public IActorRef ShardRegionProxy(string typeName)
        => _proxies.TryGetValue(typeName, out var proxy) ? proxy : throw NotStarted(typeName);

    private static ArgumentException NotStarted(string typeName)
        => new($"Shard type [{typeName}] must be started first", nameof(typeName));
}
