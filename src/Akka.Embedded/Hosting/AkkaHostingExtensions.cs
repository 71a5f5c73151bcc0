using System.Globalization;
using Akka.Actor;
using Akka.Configuration;
using Akka.Configuration.Hocon;
using Akka.DependencyInjection;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Akka.Hosting;

/// <summary>Actor systems in a Microsoft host.</summary>
public static class AkkaHostingExtensions
{
    /// <inheritdoc cref="AddAkka(IServiceCollection, string, Action{AkkaConfigurationBuilder, IServiceProvider})"/>
    public static IServiceCollection AddAkka(
        this IServiceCollection services, string actorSystemName, Action<AkkaConfigurationBuilder> builder) =>
        AddAkka(services, actorSystemName, (configuration, _) => builder(configuration));

    /// <summary>Adds an actor system that starts and stops with the host.</summary>
    /// <param name="services">Gains the system, its registry in three types, IRequiredActor and a hosted service.</param>
    /// <param name="actorSystemName">Letters, digits and hyphens.</param>
    /// <param name="builder">Runs once, when the system is first resolved or the host starts.</param>
    public static IServiceCollection AddAkka(
        this IServiceCollection services,
        string actorSystemName,
        Action<AkkaConfigurationBuilder, IServiceProvider> builder)
    {
        services.AddSingleton(provider =>
        {
            var configuration = new AkkaConfigurationBuilder(services, actorSystemName);
            builder(configuration, provider);
            return configuration;
        });
        services.AddSingleton(
            provider => provider.GetRequiredService<AkkaConfigurationBuilder>().CreateSystem(provider));
        services.AddSingleton(provider => ActorRegistry.For(provider.GetRequiredService<ActorSystem>()));
        services.AddSingleton<IActorRegistry>(provider => provider.GetRequiredService<ActorRegistry>());
        services.AddSingleton<IReadOnlyActorRegistry>(provider => provider.GetRequiredService<ActorRegistry>());
        services.AddSingleton(typeof(IRequiredActor<>), typeof(RequiredActor<>));
        services.AddHostedService<AkkaHostedService>();
        return services;
    }

    /// <summary>Adds configuration.</summary>
    public static AkkaConfigurationBuilder AddHocon(
        this AkkaConfigurationBuilder builder, Config hocon, HoconAddMode addMode) =>
        builder.AddHoconConfiguration(hocon, addMode);

    /// <summary>Adds configuration sections, each key a HOCON path below the section given.</summary>
    /// <param name="builder">What to add to.</param>
    /// <param name="configuration">A root, whose children are read, or a section, read under its own name.</param>
    /// <param name="addMode">How it meets what is there.</param>
    /// <param name="normalizeKeys">Makes <c>ASK_TIMEOUT</c> the HOCON key <c>ask-timeout</c>; without it letters stay as
    /// they are, and underscores become hyphens all the same.</param>
    public static AkkaConfigurationBuilder AddHocon(
        this AkkaConfigurationBuilder builder,
        IConfiguration configuration,
        HoconAddMode addMode,
        bool normalizeKeys = true) =>
        builder.AddHoconConfiguration(ConfigurationSections.ToHocon(configuration, normalizeKeys), addMode);

    /// <summary>Adds a file and the files it includes, which are relative to the one that includes them.</summary>
    /// <exception cref="ConfigurationException">The file is not there, cannot be read or is not HOCON.</exception>
    public static AkkaConfigurationBuilder AddHoconFile(
        this AkkaConfigurationBuilder builder, string hoconFilePath, HoconAddMode addMode) =>
        builder.AddHoconConfiguration(new Config(Parser.ParseFile(hoconFilePath)), addMode);

    /// <inheritdoc cref="AkkaConfigurationBuilder.StartActors(Action{ActorSystem, IActorRegistry})"/>
    public static AkkaConfigurationBuilder WithActors(
        this AkkaConfigurationBuilder builder, Action<ActorSystem, IActorRegistry> actorStarter) =>
        builder.StartActors(actorStarter);

    /// <inheritdoc cref="AkkaConfigurationBuilder.StartActors(Action{ActorSystem, IActorRegistry})"/>
    public static AkkaConfigurationBuilder WithActors(
        this AkkaConfigurationBuilder builder, Action<ActorSystem, IActorRegistry, IDependencyResolver> actorStarter) =>
        builder.StartActors(actorStarter);

    /// <inheritdoc cref="AkkaConfigurationBuilder.StartActors(Action{ActorSystem, IActorRegistry})"/>
    public static AkkaConfigurationBuilder WithActors(this AkkaConfigurationBuilder builder, ActorStarter actorStarter) =>
        builder.StartActors(actorStarter);

    /// <inheritdoc cref="AkkaConfigurationBuilder.StartActors(Action{ActorSystem, IActorRegistry})"/>
    public static AkkaConfigurationBuilder WithActors(
        this AkkaConfigurationBuilder builder, ActorStarterWithResolver actorStarter) =>
        builder.StartActors(actorStarter);

    /// <summary>The time limit of an ask that names none: positive, or <see cref="Timeout.InfiniteTimeSpan"/>.</summary>
    public static AkkaConfigurationBuilder WithActorAskTimeout(this AkkaConfigurationBuilder builder, TimeSpan timeout)
    {
        var text = timeout == Timeout.InfiniteTimeSpan
            ? "infinite"
            : timeout.TotalMilliseconds.ToString(CultureInfo.InvariantCulture) + "ms";
        return builder.AddHoconConfiguration($"akka.actor.ask-timeout = {text}", HoconAddMode.Prepend);
    }

    /// <summary>Says how the system logs; called again, it goes on from where it was.</summary>
    public static AkkaConfigurationBuilder ConfigureLoggers(
        this AkkaConfigurationBuilder builder, Action<LoggerConfigBuilder> configurator)
    {
        configurator(builder.Loggers);
        return builder;
    }
}
