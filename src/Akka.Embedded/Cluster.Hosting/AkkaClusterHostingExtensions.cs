using Akka.Actor;
using Akka.Cluster.Sharding;
using Akka.Cluster.Tools.Singleton;
using Akka.Configuration;
using Akka.DependencyInjection;
using Akka.Hosting;

namespace Akka.Cluster.Hosting;

/// <summary>Sharding and singletons in a Microsoft host.</summary>
public static class AkkaClusterHostingExtensions
{
    /// <summary>Refuses: there is only one process here.</summary>
    /// <exception cref="ConfigurationException">Always, naming the build property that has clusters.</exception>
    public static AkkaConfigurationBuilder WithClustering(
        this AkkaConfigurationBuilder builder, ClusterOptions? options = null)
        => throw new ConfigurationException(
            "This build has only the embedded, single-process Akka, which forms no cluster. " +
            "Build with the MSBuild property AkkaProvider=packages for clusters.");

    /// <summary>As the form whose factory gets a resolver, which says what the arguments are.</summary>
    public static AkkaConfigurationBuilder WithShardRegion<TKey>(
        this AkkaConfigurationBuilder builder,
        string typeName,
        Func<string, Props> entityPropsFactory,
        IMessageExtractor messageExtractor,
        ShardOptions shardOptions)
        => builder.WithShardRegion<TKey>(typeName, (_, _, _) => entityPropsFactory, messageExtractor, shardOptions);

    /// <summary>As the form whose factory gets a resolver, which says what the arguments are.</summary>
    public static AkkaConfigurationBuilder WithShardRegion<TKey>(
        this AkkaConfigurationBuilder builder,
        string typeName,
        Func<ActorSystem, IActorRegistry, Func<string, Props>> entityPropsFactory,
        IMessageExtractor messageExtractor,
        ShardOptions shardOptions)
        => builder.WithShardRegion<TKey>(
            typeName, (system, registry, _) => entityPropsFactory(system, registry), messageExtractor, shardOptions);

    /// <summary>Starts a region with the host and registers it under <typeparamref name="TKey"/>.</summary>
    /// <param name="builder">What to add to.</param>
    /// <param name="typeName">Name of the kind of entity.</param>
    /// <param name="entityPropsFactory">Called once; gives entity id to the entity's props.</param>
    /// <param name="messageExtractor">Which entity a message is for.</param>
    /// <param name="shardOptions">Settings.</param>
    public static AkkaConfigurationBuilder WithShardRegion<TKey>(
        this AkkaConfigurationBuilder builder,
        string typeName,
        Func<ActorSystem, IActorRegistry, IDependencyResolver, Func<string, Props>> entityPropsFactory,
        IMessageExtractor messageExtractor,
        ShardOptions shardOptions)
        => builder.WithActors((system, registry, resolver) =>
        {
            var sharding = ClusterSharding.Get(system);
            var settings = shardOptions.Over(sharding.Settings);
            registry.Register<TKey>(sharding.Start(
                typeName,
                entityPropsFactory(system, registry, resolver),
                settings,
                messageExtractor,
                sharding.DefaultShardAllocationStrategy(settings),
                shardOptions.HandOffStopMessage ?? PoisonPill.Instance));
        });

    /// <summary>Starts a reference to the entities of a type that hosts none, and registers it.</summary>
    public static AkkaConfigurationBuilder WithShardRegionProxy<TKey>(
        this AkkaConfigurationBuilder builder, string typeName, string roleName, IMessageExtractor messageExtractor)
        => builder.WithActors((system, registry) => registry.Register<TKey>(
            ClusterSharding.Get(system).StartProxy(typeName, roleName, messageExtractor)));

    /// <summary>As the form whose factory gets a resolver, which says what the arguments are.</summary>
    public static AkkaConfigurationBuilder WithSingleton<TKey>(
        this AkkaConfigurationBuilder builder,
        string singletonName,
        Props actorProps,
        ClusterSingletonOptions? options = null,
        bool createProxyToo = true)
        => builder.WithSingleton<TKey>(singletonName, (_, _, _) => actorProps, options, createProxyToo);

    /// <summary>Starts a singleton with the host: <c>/user/NAME/NAME</c>, and <c>/user/NAME-proxy</c> registered under
    /// <typeparamref name="TKey"/>.</summary>
    /// <param name="builder">What to add to.</param>
    /// <param name="singletonName">Name of manager and singleton.</param>
    /// <param name="propsFactory">The singleton.</param>
    /// <param name="options">Settings.</param>
    /// <param name="createProxyToo">False starts no proxy and registers nothing.</param>
    public static AkkaConfigurationBuilder WithSingleton<TKey>(
        this AkkaConfigurationBuilder builder,
        string singletonName,
        Func<ActorSystem, IActorRegistry, IDependencyResolver, Props> propsFactory,
        ClusterSingletonOptions? options = null,
        bool createProxyToo = true)
        => builder.WithActors((system, registry, resolver) =>
        {
            var settings = ClusterSingletonManagerSettings.Create(system).WithSingletonName(singletonName);
            if (!string.IsNullOrEmpty(options?.Role))
                settings = settings.WithRole(options.Role);
            var manager = ClusterSingletonManager.Props(
                propsFactory(system, registry, resolver), options?.TerminationMessage ?? PoisonPill.Instance, settings);
            system.ActorOf(manager, singletonName);
            if (createProxyToo)
                StartProxy<TKey>(system, registry, singletonName, options, $"/user/{singletonName}");
        });

    /// <summary>Starts the proxy of a singleton and registers it under <typeparamref name="TKey"/>.</summary>
    /// <param name="builder">What to add to.</param>
    /// <param name="singletonName">Name of the singleton.</param>
    /// <param name="options">Settings; those of the singleton itself are not read.</param>
    /// <param name="singletonManagerPath">Path of the manager when it is not <c>/user/NAME</c>.</param>
    public static AkkaConfigurationBuilder WithSingletonProxy<TKey>(
        this AkkaConfigurationBuilder builder,
        string singletonName,
        ClusterSingletonOptions? options = null,
        string? singletonManagerPath = null)
        => builder.WithActors((system, registry) => StartProxy<TKey>(
            system, registry, singletonName, options, singletonManagerPath ?? $"/user/{singletonName}"));

    private static void StartProxy<TKey>(
        ActorSystem system,
        IActorRegistry registry,
        string singletonName,
        ClusterSingletonOptions? options,
        string managerPath)
    {
        var settings = ClusterSingletonProxySettings.Create(system).WithSingletonName(singletonName);
        if (!string.IsNullOrEmpty(options?.Role))
            settings = settings.WithRole(options.Role);
        if (options?.BufferSize is { } bufferSize)
            settings = settings.WithBufferSize(bufferSize);
        var proxy = ClusterSingletonProxy.Props(managerPath, settings);
        registry.Register<TKey>(system.ActorOf(proxy, $"{singletonName}-proxy"));
    }
}
