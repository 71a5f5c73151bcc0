// What an application asks of its actor system before it exists. AkkaHostedService carries it out.

using System.Collections.Immutable;
using Akka.Actor;
using Akka.Actor.Setup;
using Akka.Configuration;
using Akka.DependencyInjection;
using Akka.Serialization;
using Microsoft.Extensions.DependencyInjection;

namespace Akka.Hosting;

/// <summary>Collects configuration, setups, extensions and starters of one actor system.</summary>
public sealed class AkkaConfigurationBuilder
{
    private readonly Dictionary<Type, Setup> _setups = [];
    private readonly List<Type> _extensions = [];
    private readonly List<Func<ExtendedActorSystem, SerializerDetails>> _serializers = [];
    private readonly List<ActorStarterWithResolver> _starters = [];
    private readonly List<StartupTask> _startups = [];

    /// <summary>Normally made by AddAkka.</summary>
    public AkkaConfigurationBuilder(IServiceCollection serviceCollection, string actorSystemName)
    {
        ArgumentNullException.ThrowIfNull(serviceCollection);
        ArgumentNullException.ThrowIfNull(actorSystemName);
        ServiceCollection = serviceCollection;
        ActorSystemName = actorSystemName;
    }

    public string ActorSystemName { get; }

    internal IServiceCollection ServiceCollection { get; }

    internal LoggerConfigBuilder Loggers { get; } = new();

    internal Config Configuration { get; private set; } = ConfigurationFactory.Empty;

    /// <summary>Adds configuration to what was added before.</summary>
    public AkkaConfigurationBuilder AddHoconConfiguration(Config newHocon, HoconAddMode addMode)
    {
        ArgumentNullException.ThrowIfNull(newHocon);
        Configuration = addMode switch
        {
            HoconAddMode.Prepend => newHocon.WithFallback(Configuration),
            HoconAddMode.Append => Configuration.WithFallback(newHocon),
            HoconAddMode.Replace => newHocon,
            _ => throw new ArgumentOutOfRangeException(nameof(addMode), addMode, null),
        };
        return this;
    }

    /// <summary>Adds a setup; a later one of the same type takes its place.</summary>
    public AkkaConfigurationBuilder AddSetup(Setup setup)
    {
        ArgumentNullException.ThrowIfNull(setup);
        _setups[setup.GetType()] = setup;
        return this;
    }

    /// <summary>Binds a serializer to types.</summary>
    /// <param name="serializerIdentifier">A name, unique in the system; not the number beside the bytes.</param>
    /// <param name="boundTypes">Classes and interfaces whose objects it takes.</param>
    /// <param name="serializerFactory">Makes it, once.</param>
    public AkkaConfigurationBuilder WithCustomSerializer(
        string serializerIdentifier,
        IEnumerable<Type> boundTypes,
        Func<ExtendedActorSystem, Serializer> serializerFactory)
    {
        ImmutableHashSet<Type> types = [.. boundTypes];
        _serializers.Add(system => SerializerDetails.Create(serializerIdentifier, serializerFactory(system), types));
        return this;
    }

    /// <summary>Starts an extension with the system.</summary>
    public AkkaConfigurationBuilder WithExtension<T>()
        where T : IExtensionId => WithExtensions(typeof(T));

    /// <summary>Starts extensions with the system, in this order.</summary>
    /// <param name="extensions">Types that implement <see cref="IExtensionId"/> and have a parameterless
    /// constructor.</param>
    /// <exception cref="ConfigurationException">A type is not an extension id.</exception>
    public AkkaConfigurationBuilder WithExtensions(params Type[] extensions)
    {
        foreach (var type in extensions)
        {
            if (!typeof(IExtensionId).IsAssignableFrom(type))
                throw new ConfigurationException($"{type} is not an {nameof(IExtensionId)}.");
            if (!_extensions.Contains(type))
                _extensions.Add(type);
        }
        return this;
    }

    /// <summary>Runs when the host starts, after the starters added before it.</summary>
    public AkkaConfigurationBuilder StartActors(Action<ActorSystem, IActorRegistry> starter) =>
        StartActors((system, registry, _) => starter(system, registry));

    /// <inheritdoc cref="StartActors(Action{ActorSystem, IActorRegistry})"/>
    public AkkaConfigurationBuilder StartActors(Action<ActorSystem, IActorRegistry, IDependencyResolver> starter) =>
        StartActors((system, registry, resolver) =>
        {
            starter(system, registry, resolver);
            return Task.CompletedTask;
        });

    /// <inheritdoc cref="StartActors(Action{ActorSystem, IActorRegistry})"/>
    public AkkaConfigurationBuilder StartActors(ActorStarter starter) =>
        StartActors((system, registry, _) => starter(system, registry));

    /// <inheritdoc cref="StartActors(Action{ActorSystem, IActorRegistry})"/>
    public AkkaConfigurationBuilder StartActors(ActorStarterWithResolver starter)
    {
        _starters.Add(starter);
        return this;
    }

    /// <summary>Runs when the host starts, after every starter and the startups added before it.</summary>
    public AkkaConfigurationBuilder AddStartup(Action<ActorSystem, IActorRegistry> startupTask) =>
        AddStartup((system, registry) =>
        {
            startupTask(system, registry);
            return Task.CompletedTask;
        });

    /// <inheritdoc cref="AddStartup(Action{ActorSystem, IActorRegistry})"/>
    public AkkaConfigurationBuilder AddStartup(StartupTask startupTask)
    {
        _startups.Add(startupTask);
        return this;
    }

    /// <summary>Makes the actor system; its extensions are started, its actors are not.</summary>
    internal ActorSystem CreateSystem(IServiceProvider provider)
    {
        AddSetup(BootstrapSetup.Create().WithConfig(Loggers.ToConfig().WithFallback(Configuration)));
        if (!_setups.ContainsKey(typeof(DependencyResolverSetup)))
            AddSetup(DependencyResolverSetup.Create(provider));
        if (Loggers.LoggerFactorySetup(provider) is { } forwarding)
            AddSetup(forwarding);
        if (_serializers.Count > 0)
            AddSetup(SerializationSetup.Create(made => [.. _serializers.Select(create => create(made))]));
        var system = ActorSystem.Create(ActorSystemName, ActorSystemSetup.Create([.. _setups.Values]));
        foreach (var type in _extensions)
            system.RegisterExtension((IExtensionId)Activator.CreateInstance(type)!);
        return system;
    }

    /// <summary>Runs the starters and then the startups, each awaited before the next.</summary>
    internal async Task StartActorsAsync(ActorSystem system, CancellationToken cancellationToken)
    {
        var registry = ActorRegistry.For(system);
        var resolver = DependencyResolver.For(system).Resolver;
        foreach (var starter in _starters)
        {
            cancellationToken.ThrowIfCancellationRequested();
            await starter(system, registry, resolver).ConfigureAwait(false);
        }
        foreach (var startup in _startups)
        {
            cancellationToken.ThrowIfCancellationRequested();
            await startup(system, registry).ConfigureAwait(false);
        }
    }
}
