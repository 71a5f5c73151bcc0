using System.Net;
using Akka.Actor;
using Akka.Configuration;
using Akka.Hosting;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Propolis.Machines.Simulated;
using PropolisActors.Actors;
using PropolisActors.Protocols;
using PropolisActors.Volumes;

namespace PropolisActors.Gateway.Tests;

/// <summary>The gateway on a socket of its own, in front of a VM directory a test chooses.</summary>
internal sealed class GatewayServer : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly ActorSystem _system;
    private readonly IActorRef _directory;
    private readonly LogSink _log;

    private GatewayServer(WebApplication app, ActorSystem system, IActorRef directory, LogSink log)
    {
        (_app, _system, _directory, _log) = (app, system, directory, log);
        var bound = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!;
        Address = IPEndPoint.Parse(new Uri(bound.Addresses.Single()).Authority);
    }

    public IPEndPoint Address { get; }

    public ActorSystem System => _system;

    /// <summary>Everything logged so far.</summary>
    public string LogText => string.Join('\n', _log.Lines);

    public RawHttp Http => new(Address);

    /// <summary>Ends when a line with that text is logged from now on.</summary>
    public Task LineAsync(string text) => _log.LineAsync(text);

    public static async Task<GatewayServer> StartAsync(Props directory, GatewayOptions? options = null)
    {
        var system = ActorSystem.Create("gateway", ConfigurationFactory.ParseString(
            // The limit of asks is that of the service's configuration in kind, and far smaller.
            "akka.loglevel = OFF\nakka.stdout-loglevel = OFF\nakka.actor.ask-timeout = 1ms"));
        var vms = system.ActorOf(directory, "vms");
        var builder = WebApplication.CreateSlimBuilder();
        var log = new LogSink();
        builder.Logging.ClearProviders().AddProvider(log).SetMinimumLevel(LogLevel.Trace);
        builder.Services.AddSingleton(system);
        builder.Services.AddSingleton<IRequiredActor<VmDirectory>>(new Directory(vms));
        builder.Services.AddGateway(options ?? GatewayOptions.Default);
        var app = builder.Build();
        app.Urls.Add(options is { Access.IsTls: true } ? "https://127.0.0.1:0" : "http://127.0.0.1:0");
        app.MapGateway();
        await app.StartAsync().WaitAsync(RawHttp.Patience);
        return new GatewayServer(app, system, vms, log);
    }

    /// <summary>In front of the real actors, whose machines are simulated and have no network disks.</summary>
    public static Task<GatewayServer> StartLiveAsync() => StartLiveAsync(new NoVolumes(), ServiceOptions.Default);

    /// <summary>In front of the real actors, whose machines are simulated.</summary>
    public static async Task<GatewayServer> StartLiveAsync(IVolumeFactory volumes, ServiceOptions options)
    {
        var server = await StartAsync(VmDirectory.Props(new VmParts(
            new SimulatedMachineFactory(TimeProvider.System), volumes, options, TimeProvider.System)));
        await server._directory.Ask<VmProtocol.Ready>(new VmProtocol.GetReady(), RawHttp.Patience);
        return server;
    }

    public Task StopHttpAsync() => _app.StopAsync().WaitAsync(RawHttp.Patience);

    /// <summary>Follows the state monitor to a state, and gives its generation.</summary>
    public async Task<ulong> UntilAsync(string state, string prefix = "")
    {
        for (var gen = 0UL; ;)
        {
            var response = await Http.SendAsync("GET", prefix + "/instance/state-monitor", $$"""{"gen":{{gen}}}""");
            Assert.Equal(200, response.Status);
            gen = response.Json.GetProperty("gen").GetUInt64();
            if (response.Json.GetProperty("state").GetString() == state)
                return gen;
            gen++;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync().AsTask().WaitAsync(RawHttp.Patience);
        await _system.Terminate().WaitAsync(RawHttp.Patience);
    }

    private sealed class Directory(IActorRef actor) : IRequiredActor<VmDirectory>
    {
        public IActorRef ActorRef => actor;

        public Task<IActorRef> GetAsync(CancellationToken cancellationToken = default) => Task.FromResult(actor);
    }
}
