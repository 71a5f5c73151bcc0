using Akka.Configuration;
using Akka.Util;

namespace Akka.Actor;

/// <summary>The settings a system needs first.</summary>
public sealed class BootstrapSetup : Setup.Setup
{
    private BootstrapSetup(Option<Config> config, Option<ProviderSelection> provider)
    {
        Config = config;
        ActorRefProvider = provider;
    }

    /// <summary>Configuration of the system; the defaults are added to it.</summary>
    public Option<Config> Config { get; }

    /// <summary>Whether the system is alone; wins over the configuration.</summary>
    public Option<ProviderSelection> ActorRefProvider { get; }

    /// <summary>Nothing set.</summary>
    public static BootstrapSetup Create() => new(Option<Config>.None, Option<ProviderSelection>.None);

    /// <summary>With a configuration.</summary>
    public BootstrapSetup WithConfig(Config config) => new(config, ActorRefProvider);

    /// <summary>As <see cref="WithConfig"/>, with a fallback added to what is there.</summary>
    public BootstrapSetup WithConfigFallback(Config config)
        => new(Config.HasValue ? Config.Value.WithFallback(config) : config, ActorRefProvider);

    /// <summary>With a provider.</summary>
    public BootstrapSetup WithActorRefProvider(ProviderSelection name) => new(Config, name);
}
