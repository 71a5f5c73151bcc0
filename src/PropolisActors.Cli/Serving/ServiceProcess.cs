using System.Net;
using Akka.Actor;
using Akka.Cluster.Hosting;
using Akka.Configuration;
using Akka.Hosting;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Propolis.Core.Migration;
using Propolis.Machines.Simulated;
using PropolisActors.Actors;
using PropolisActors.Gateway;
using PropolisActors.Journal;
using PropolisActors.Protocols;
using PropolisActors.Volumes;

namespace PropolisActors.Cli.Serving;

/// <summary>The whole service in this process: actors and HTTP. Used by <c>serve</c> and by <c>demo</c>.</summary>
public sealed class ServiceProcess : IAsyncDisposable
{
    /// <summary>A journal that is silent is given up long before; this bounds one that is only very long.</summary>
    private static readonly TimeSpan RecoveryLimit = TimeSpan.FromMinutes(10);

    private readonly WebApplication _app;
    private readonly JournalFile _journal;

    private ServiceProcess(WebApplication app, JournalFile journal, IPEndPoint address)
    {
        _app = app;
        _journal = journal;
        Address = address;
    }

    /// <summary>Where the HTTP API listens.</summary>
    public IPEndPoint Address { get; }

    /// <summary>Starts everything; when it returns, requests are answered.</summary>
    /// <exception cref="CommandFailedException">A bad configuration, a port in use, a directory that cannot be
    /// written.</exception>
    public static async Task<ServiceProcess> StartAsync(ServeSettings settings, CancellationToken ct)
    {
        var app = Build(settings);
        JournalFile? journal = null;
        try
        {
            journal = JournalFile.Take(settings.Data);
            var config = ConfigurationOf(app, settings);
            app.MapGateway();
            var listen = settings.Listen ?? ListenOf(config);
            app.Urls.Add($"http://{listen}");
            try
            {
                await app.StartAsync(ct);
            }
            catch (IOException e)
            {
                var why = e.InnerException?.Message ?? e.Message;
                throw new CommandFailedException($"cannot listen on {listen}: {why}. Choose another with --listen.");
            }

            // Only now: a start that is refused says so in one line and no other.
            app.Logger.LogInformation("{Journal}", JournalSetup.Describe(settings, config));
            return new ServiceProcess(app, journal, AddressOf(app));
        }
        catch (ConfigurationException e)
        {
            await app.DisposeAsync();
            journal?.Dispose();
            throw new CommandFailedException(e.Message, ExitCodes.WrongUsage);
        }
        catch
        {
            await app.DisposeAsync();
            journal?.Dispose();
            throw;
        }
    }

    /// <summary>Returns when the service has stopped, asked by a signal or by a failure of its own.</summary>
    public Task WaitForShutdownAsync(CancellationToken ct) => _app.WaitForShutdownAsync(ct);

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync(CancellationToken.None);
        await _app.DisposeAsync();
        _journal.Dispose();
    }

    private static WebApplication Build(ServeSettings settings)
    {
        var config = ServiceConfiguration.Read(ConfigOf(settings));
        var crash = JournalSetup.CrashOf(settings.KillAtWrite);
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { Args = [] });
        builder.Logging.ClearProviders();
        builder.Services.AddSingleton(Logs.ForService(settings));
        builder.Services.AddSingleton(TimeProvider.System);
        builder.Services.AddSingleton<IVolumeFactory, RegionSetVolumeFactory>();
        builder.Services.AddAkka("propolis", (akka, services) => Clustered(akka, settings)
            .AddHocon(config, HoconAddMode.Prepend)
            .WithJournal(settings, config)
            .ConfigureLoggers(loggers =>
            {
                loggers.ClearLoggers();
                loggers.AddLoggerFactory(services.GetRequiredService<ILoggerFactory>());
            })
            .WithActors((system, registry) => StartDirectoryAsync(system, registry, services, crash)));
        builder.Services.AddGateway();
        return builder.Build();
    }

    /// <summary>Ends when every VM that the journal remembers has been taken up again: no request is answered before.</summary>
    private static async Task StartDirectoryAsync(
        ActorSystem system, IActorRegistry registry, IServiceProvider services, CrashPoint? crash)
    {
        var time = services.GetRequiredService<TimeProvider>();
        var parts = new VmParts(
            new SimulatedMachineFactory(time),
            services.GetRequiredService<IVolumeFactory>(),
            OptionsOf(system.Settings.Config),
            time)
        {
            Journal = JournalActor.Props(crash),
        };
        var directory = system.ActorOf(VmDirectory.Props(parts), "vms");
        if (await directory.Ask<object>(new VmProtocol.GetReady(), RecoveryLimit) is VmProtocol.NotReady { Why: var why })
            throw new CommandFailedException($"the journal cannot be read: {why}");
        registry.Register<VmDirectory>(directory);
    }

    // The provider of a single process refuses here, naming the build that has clusters.
    private static AkkaConfigurationBuilder Clustered(AkkaConfigurationBuilder akka, ServeSettings settings) =>
        settings.IsClustered ? akka.WithClustering() : akka;

    private static string ConfigOf(ServeSettings settings)
    {
        var delivered = settings.IsClustered ? "cluster.hocon" : "local.hocon";
        var file = settings.Config?.FullName ?? Path.Combine(AppContext.BaseDirectory, "hocon", delivered);
        return File.Exists(file) ? file : throw new CommandFailedException($"there is no configuration file {file}.");
    }

    /// <summary>What the files say, once all that the start needs of it has been read.</summary>
    private static Config ConfigurationOf(WebApplication app, ServeSettings settings)
    {
        try
        {
            var config = app.Services.GetRequiredService<ActorSystem>().Settings.Config;
            _ = OptionsOf(config);
            return config;
        }
        // Akka.NET refuses some values, an unknown log level for one, as plain arguments.
        catch (Exception e) when (e is ConfigurationException or ArgumentException)
        {
            // An error in the text already says where it is.
            var file = ConfigOf(settings);
            throw new CommandFailedException(
                e.Message.StartsWith(file, StringComparison.Ordinal) ? e.Message : $"{file}: {e.Message}",
                ExitCodes.WrongUsage);
        }
    }

    private static IPEndPoint ListenOf(Config config)
    {
        var text = config.GetString("propolis.listen", "127.0.0.1:12400");
        return IPEndPoint.TryParse(text, out var listen)
            ? listen
            : throw new CommandFailedException($"propolis.listen is '{text}', which is not an address and a port.");
    }

    private static ServiceOptions OptionsOf(Config config)
    {
        var options = ServiceOptions.Default with
        {
            StopGrace = config.GetTimeSpan("propolis.stop-grace", ServiceOptions.Default.StopGrace),
            Migration = new MigrationLimits(
                config.GetTimeSpan("propolis.migration.step-limit", MigrationLimits.Default.Step),
                config.GetTimeSpan("propolis.migration.pause-limit", MigrationLimits.Default.Pause),
                config.GetTimeSpan("propolis.migration.activation-limit", MigrationLimits.Default.Activation),
                config.GetTimeSpan("propolis.migration.reclaim-limit", MigrationLimits.Default.Reclaim)),
        };
        return options.Fault() is { } fault
            ? throw new CommandFailedException($"{fault}: see propolis.stop-grace and propolis.migration.")
            : options;
    }

    private static IPEndPoint AddressOf(WebApplication app)
    {
        var bound = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();
        return IPEndPoint.Parse(new Uri(bound).Authority);
    }
}
