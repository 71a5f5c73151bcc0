using System.Net;
using Akka.Actor;
using Akka.Hosting;
using Akka.Persistence.Hosting;
using Crucible.Core.Upstairs;
using Crucible.Core.Volumes;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Propolis.Core.Spec;
using Propolis.Machines.Nbd;
using PropolisActors.Actors;
using PropolisActors.Events;
using PropolisActors.Journal;
using PropolisActors.Protocols;
using PropolisActors.Volumes;

namespace PropolisActors.Cli.Exporting;

/// <summary>One volume, run by its actor in this process, and its export over NBD.</summary>
internal sealed class VolumeExport : IAsyncDisposable
{
    private readonly IHost _host;
    private readonly IActorRef _owner;
    private readonly NbdServer _server;
    private readonly IVolumeHost _data;
    private readonly TaskCompletionSource _inactive;

    private VolumeExport(IHost host, IActorRef owner, NbdServer server, IVolumeHost data, TaskCompletionSource inactive) =>
        (_host, _owner, _server, _data, _inactive) = (host, owner, server, data, inactive);

    /// <summary>What keeps the volume from being active, a line for each server; empty when it is.</summary>
    public IEnumerable<string> Waiting => _data.Status
        .Where(set => set.State != UpstairsState.Active)
        .SelectMany(set => set.Slots)
        .Where(slot => slot.WaitingFor is not null)
        .Select(slot => $"slot {slot.Slot.Value} {slot.Target}: {slot.WaitingFor}");

    /// <summary>Where it is served.</summary>
    public EndPoint EndPoint => _server.EndPoint;

    /// <summary>Starts to serve. Clients are let in at once; what they ask waits until the volume is active.</summary>
    /// <param name="vcrJson">What the volume is.</param>
    /// <param name="name">What clients call it; the empty name works as well.</param>
    /// <param name="listen">Where.</param>
    /// <param name="say">Hears one line for each thing its user should know; may be called on any thread.</param>
    /// <param name="failed">Called once if the volume can never be active.</param>
    /// <exception cref="CommandFailedException">The VCR is not one, or the place cannot be listened on.</exception>
    public static async Task<VolumeExport> StartAsync(
        string vcrJson, string name, EndPoint listen, ILoggerFactory logs, Action<string> say, Action<string> failed, CancellationToken ct)
    {
        if (VolumeMachine.Create(new VcrText(vcrJson)) is not VolumeCreation.Created created)
            throw new CommandFailedException($"the volume construction request cannot be used: {RefusalOf(vcrJson)}");
        var host = Build(logs);
        await host.StartAsync(ct);
        try
        {
            var inactive = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            IActorRef hears = ActorRefs.Nobody;
            var data = new RegionSetVolumeFactory(VolumeOptions.Default, TimeProvider.System, logs).Create(
                created.Start.State.Vcr, regionSet => Volatile.Read(ref hears).Tell(new VolumeActor.StatusChanged(regionSet)));
            var device = new HeldDevice(data.Device);
            // Listening comes first: a place that cannot be had is told before any server is claimed.
            var server = Listen(listen, new NbdExport(name, $"volume {created.Start.State.Id}", device), logs);
            var owner = host.Services.GetRequiredService<ActorSystem>().ActorOf(
                ExportOwner.Props(
                    listener => new VolumeActor.VolumeSetup(
                        SpecKey.Parse(name), "export", JournalActor.Props(crash: null), created.Start, data, listener,
                        ServiceOptions.Default.StopGrace, ServiceOptions.Default.SnapshotDeadline,
                        new VolumeWatch(VmName.Default, SpecKey.Parse(name), TimeProvider.System)),
                    news => Hear(news, device, inactive, say, failed)),
                "export");
            Volatile.Write(ref hears, owner);
            return new VolumeExport(host, owner, server, data, inactive);
        }
        catch (Exception e)
        {
            await host.StopAsync(CancellationToken.None);
            host.Dispose();
            if (e is IOException)
                throw new CommandFailedException($"the volume construction request cannot be used: {e.Message}");
            throw;
        }
    }

    /// <summary>Asks for another VCR. What becomes of it is said in a line.</summary>
    public void Replace(string vcrJson) => _owner.Tell(new ExportOwner.Replace(vcrJson));

    /// <summary>Lets clients end, flushes, and lets the servers go, each for a limited time.</summary>
    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        _owner.Tell(new ExportOwner.LetGo());
        await _inactive.Task.WaitAsync(ServiceOptions.Default.StopGrace + TimeSpan.FromSeconds(1))
            .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await _host.StopAsync(CancellationToken.None);
        _host.Dispose();
    }

    private static string RefusalOf(string vcrJson) =>
        VolumeMachine.Create(new VcrText(vcrJson)) is VolumeCreation.Refused refused ? $"{refused.Error}" : "";

    private static void Hear(
        ExportOwner.News news, HeldDevice device, TaskCompletionSource inactive, Action<string> say, Action<string> failed)
    {
        switch (news)
        {
            case ExportOwner.News.Active:
                device.Open();
                say("active");
                break;
            case ExportOwner.News.Inactive:
                device.GiveUp();
                inactive.TrySetResult();
                break;
            case ExportOwner.News.Failed f:
                device.GiveUp();
                inactive.TrySetResult();
                failed(f.Why);
                break;
            case ExportOwner.News.Said said:
                say(said.Text);
                break;
            default:
                throw new System.Diagnostics.UnreachableException($"{news}");
        }
    }

    private static NbdServer Listen(EndPoint listen, NbdExport export, ILoggerFactory logs)
    {
        try
        {
            return NbdServer.Start(listen, [export], TimeProvider.System, logs.CreateLogger("nbd"));
        }
        catch (IOException e)
        {
            throw new CommandFailedException($"{e.Message} Choose another with --socket or --listen.");
        }
    }

    private static IHost Build(ILoggerFactory logs)
    {
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings { Args = [] });
        builder.Services.AddSingleton(logs);
        builder.Services.AddAkka("propolis-nbd", akka => akka
            .WithCustomSerializer(JournalSerializer.Name, [typeof(JournalEvent)], static system => new JournalSerializer(system))
            .WithInMemoryJournal()
            .WithInMemorySnapshotStore()
            .ConfigureLoggers(loggers =>
            {
                loggers.ClearLoggers();
                loggers.AddLoggerFactory(logs);
            }));
        return builder.Build();
    }
}
