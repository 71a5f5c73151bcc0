using Akka.Actor;
using Akka.Configuration;

namespace Akka.Cluster.Sharding;

/// <summary>How the entities of one type are kept.</summary>
public sealed record ClusterShardingSettings : INoSerializationVerificationNeeded
{
    private ClusterShardingSettings(TuningParameters tuningParameters) => TuningParameters = tuningParameters;

    /// <summary>Role of the nodes that host entities; null for all. The one process has every role.</summary>
    public string? Role { get; internal init; }

    /// <summary>Where a cluster would keep the homes of shards; without effect in one process.</summary>
    public StateStoreMode StateStoreMode { get; internal init; }

    /// <summary>An entity without messages through its region for this long is passivated; zero: never.</summary>
    public TimeSpan PassivateIdleEntityAfter { get; internal init; }

    /// <summary>How long a query about shards waits for a shard before it counts as failed.</summary>
    public TimeSpan ShardRegionQueryTimeout { get; internal init; }

    public TuningParameters TuningParameters { get; internal init; }

    /// <summary>The settings at <c>akka.cluster.sharding</c>.</summary>
    /// <exception cref="ConfigurationException">They ask for something that needs a cluster or a store.</exception>
    public static ClusterShardingSettings Create(ActorSystem system)
    {
        ArgumentNullException.ThrowIfNull(system);
        var config = system.Settings.Config.WithFallback(ClusterSharding.DefaultConfig());
        return Create(config.GetConfig("akka.cluster.sharding")!, ConfigurationFactory.Empty);
    }

    /// <summary>The settings in <paramref name="config"/>, with the keys of <c>akka.cluster.sharding</c>.</summary>
    /// <param name="config">What is absent in it has its default.</param>
    /// <param name="singletonConfig">Settings of the coordinator, which there is none of in one process.</param>
    /// <inheritdoc cref="Create(ActorSystem)" path="/exception"/>
    public static ClusterShardingSettings Create(Config config, Config singletonConfig)
    {
        ArgumentNullException.ThrowIfNull(config);
        var all = config.WithFallback(ClusterSharding.DefaultConfig().GetConfig("akka.cluster.sharding")!);
        if (all.GetBoolean("remember-entities"))
            throw NotHere("remember-entities");
        if (!string.IsNullOrEmpty(all.GetString("use-lease")))
            throw NotHere("use-lease");
        return new ClusterShardingSettings(
            new TuningParameters(all.GetInt("buffer-size"), all.GetTimeSpan("handoff-timeout")))
        {
            Role = all.GetString("role") is { Length: > 0 } role ? role : null,
            StateStoreMode = Enum.Parse<StateStoreMode>(all.GetString("state-store-mode")!, ignoreCase: true),
            PassivateIdleEntityAfter = all.GetString("passivate-idle-entity-after") is "off" or "false" or "no"
                ? TimeSpan.Zero
                : all.GetTimeSpan("passivate-idle-entity-after"),
            ShardRegionQueryTimeout = all.GetTimeSpan("shard-region-query-timeout"),
        };
    }

    public ClusterShardingSettings WithRole(string? role) => this with { Role = role };

    public ClusterShardingSettings WithStateStoreMode(StateStoreMode mode) => this with { StateStoreMode = mode };

    /// <summary>Zero turns the passivation of idle entities off.</summary>
    public ClusterShardingSettings WithPassivateIdleAfter(TimeSpan duration)
        => this with { PassivateIdleEntityAfter = duration };

    public ClusterShardingSettings WithTuningParameters(TuningParameters tuningParameters)
        => this with { TuningParameters = tuningParameters };

    private static ConfigurationException NotHere(string key) => new(
        $"akka.cluster.sharding.{key} is set, but this build has only the embedded, single-process Akka. " +
        "Build with the MSBuild property AkkaProvider=packages for it.");
}
