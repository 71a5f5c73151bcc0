using Akka.Actor;
using Akka.Hosting;
using Crucible.Simulation;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using PropolisActors.Actors;
using PropolisActors.Gateway;

namespace PropolisActors.SystemSimulation.World;

/// <summary>
/// One process of the service: its actors, and the handlers of its HTTP interface, without the sockets. Its machines and the
/// upstairs of its volumes die with it; its journal does not.
/// </summary>
internal sealed class Service
{
    private const string ApiVersion = "5.0.0";
    private readonly SystemWorld _world;
    private readonly HttpGateway _gateway;
    private readonly List<Reply> _open = [];

    public Service(SystemWorld world, int number, MemoryJournal journal)
    {
        (_world, Number) = (world, number);
        Machines = new VirtualMachines(world);
        Volumes = new VirtualVolumes(world.DiskOf, world);
        var parts = new VmParts(Machines, Volumes, world.Options.Service, world.System.Time)
        {
            Journal = journal.PropsFor(() => IsAlive),
        };
        Directory = world.System.System.ActorOf(VmDirectory.Props(parts), $"vms-{number}");
        var services = new ServiceCollection();
        services.AddLogging(log => log.AddProvider(world.Defects));
        services.AddSingleton(world.System.Time);
        services.AddSingleton(world.System.System);
        services.AddSingleton<IHostApplicationLifetime>(new Lifetime());
        services.AddSingleton<IRequiredActor<VmDirectory>>(new DirectoryRef(Directory));
        services.AddGateway();
        _gateway = services.BuildServiceProvider().GetRequiredService<HttpGateway>();
    }

    /// <summary>Counts the processes of a world.</summary>
    public int Number { get; }

    public IActorRef Directory { get; }

    public VirtualMachines Machines { get; }

    public VirtualVolumes Volumes { get; }

    public bool IsAlive { get; private set; } = true;

    /// <summary>Has a request arrive at some moment from now on.</summary>
    public Reply Send(string method, string path, string? body = null)
    {
        var reply = Open(method, path, body);
        _world.Soon($"{method} {path}", () => _ = HandleAsync(reply, method, path));
        return reply;
    }

    /// <summary>Has a request arrive at once, before whatever is sent next. Only from within a step.</summary>
    public Reply SendNow(string method, string path, string? body = null)
    {
        var reply = Open(method, path, body);
        _ = HandleAsync(reply, method, path);
        return reply;
    }

    /// <summary>The process is killed. Whoever waits for it hears that the connection broke.</summary>
    public void Crash()
    {
        _world.Trace.Add($"service {Number} crashes");
        IsAlive = false;
        foreach (var machine in Machines.All)
            machine.Kill();
        foreach (var host in Volumes.Hosts)
            host.Kill();
        foreach (var reply in _open.ToArray())
            reply.Lose();
        _world.System.System.Stop(Directory);
    }

    public override string ToString() => $"service {Number}";

    private Reply Open(string method, string path, string? body)
    {
        var reply = new Reply($"{method} {path}", body);
        _open.Add(reply);
        return reply;
    }

    private async Task HandleAsync(Reply reply, string method, string path)
    {
        if (!IsAlive)
        {
            reply.Lose();
            return;
        }

        reply.Arrived = _world.Now;
        _world.Trace.Add($"{this} gets {method} {path}");
        var http = new DefaultHttpContext();
        http.Request.Method = method;
        http.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget = path;
        http.Request.Headers["api-version"] = ApiVersion;
        if (reply.Sent is { } body)
        {
            http.Request.ContentType = "application/json";
            http.Request.Body = new MemoryStream(System.Text.Encoding.UTF8.GetBytes(body));
        }

        var answer = new MemoryStream();
        http.Response.Body = answer;
        await _gateway.HandleAsync(http);
        _open.Remove(reply);
        if (IsAlive)
        {
            Tell(reply, http.Response.StatusCode, answer.ToArray());
            _world.Trace.Add($"{this} answers {reply}");
        }
    }

    /// <summary>Whoever asked looks at the answer; nobody waits for what they find.</summary>
    private void Tell(Reply reply, int status, byte[] body)
    {
        try
        {
            reply.Answer(status, body, _world.Now);
        }
        catch (SimulationFailure failure)
        {
            _world.Defects.Note(failure);
        }
    }

    private sealed class DirectoryRef(IActorRef directory) : IRequiredActor<VmDirectory>
    {
        public IActorRef ActorRef => directory;

        public Task<IActorRef> GetAsync(CancellationToken cancellationToken = default) => Task.FromResult(directory);
    }

    /// <summary>A process that ends only by a crash.</summary>
    private sealed class Lifetime : IHostApplicationLifetime
    {
        public CancellationToken ApplicationStarted => CancellationToken.None;

        public CancellationToken ApplicationStopping => CancellationToken.None;

        public CancellationToken ApplicationStopped => CancellationToken.None;

        public void StopApplication() => throw new NotSupportedException("It ends by a crash.");
    }
}
