using System.Net;
using PropolisActors.Cli.Client;
using PropolisActors.Cli.Processes;

namespace PropolisActors.EndToEnd.Harness;

/// <summary>A service and disk servers as real processes on loopback; all of it is gone when this is.</summary>
internal sealed class Bench : IAsyncDisposable
{
    private readonly ScratchDirectory _scratch = new();
    private readonly List<DiskServerProcess> _servers = [];
    private readonly List<BlackHole> _holes = [];
    private readonly Guid _instance = Guid.NewGuid();
    private ServiceChild? _service;

    private Bench()
    {
    }

    public ApiClient Api { get; private set; } = null!;

    public ApiTarget Target => Api.Target;

    /// <summary>Where the service listens, as the command line takes it.</summary>
    public string Address => Target.Server.Authority;

    /// <summary>Starts a service with nothing in it.</summary>
    /// <param name="settings">Lines for its configuration file; none for the delivered one.</param>
    public static async Task<Bench> StartAsync(params string[] settings)
    {
        var bench = new Bench();
        try
        {
            bench._service = await ServiceChild.StartAsync(
                ["--data", bench.PathOf("service"), .. await bench.ConfiguredAsync(settings)], Limits.Token);
            bench.Api = new ApiClient(new ApiTarget(bench._service.Address, Vm: null));
            return bench;
        }
        catch
        {
            await bench.DisposeAsync();
            throw;
        }
    }

    /// <summary>Ends the service as a crash would.</summary>
    public async Task KillServiceAsync() => await _service!.DisposeAsync();

    public string PathOf(string name) => _scratch.PathOf(name);

    /// <summary>Starts a server over a new region.</summary>
    public async Task<DiskServerProcess> ServerAsync(RegionGeometry? geometry = null)
    {
        var data = _scratch.PathOf($"region-{_servers.Count}");
        await DiskServerProcess.CreateRegionAsync(data, Guid.NewGuid(), geometry ?? TestDisk.Geometry, Limits.Token);
        var server = await DiskServerProcess.StartAsync(data, port: 0, Limits.Token);
        _servers.Add(server);
        return server;
    }

    public async Task<IReadOnlyList<DiskServerProcess>> ServersAsync(int count)
    {
        var servers = new List<DiskServerProcess>();
        while (servers.Count < count)
            servers.Add(await ServerAsync());
        return servers;
    }

    public BlackHole Hole(BlackHoleKind kind = BlackHoleKind.Silent)
    {
        var hole = new BlackHole(kind);
        _holes.Add(hole);
        return hole;
    }

    /// <summary>A disk on three servers of its own.</summary>
    public async Task<TestDisk> DiskAsync(string name) =>
        TestDisk.On(name, [.. (await ServersAsync(3)).Select(server => server.Address)]);

    /// <summary>A disk on two servers of its own and whatever is in its third slot.</summary>
    public async Task<TestDisk> DiskAsync(string name, IPEndPoint third) =>
        TestDisk.On(name, [.. (await ServersAsync(2)).Select(server => server.Address), third]);

    public Task<ApiAnswer> SendAsync(ApiRequest request) => Api.SendAsync(request, Limits.Token);

    /// <summary>Sends what has to be refused.</summary>
    public async Task<ApiRefusedException> RefusalOfAsync(ApiRequest request) =>
        await Assert.ThrowsAsync<ApiRefusedException>(() => SendAsync(request));

    /// <summary>The body that creates the VM.</summary>
    public string BodyOf(params TestDisk[] disks) =>
        new InstanceBody(_instance, "test", [.. disks.Select(disk => disk.ForInstance)]).ToJson();

    public Task CreateAsync(params TestDisk[] disks) => SendAsync(ApiRequest.Ensure(BodyOf(disks)));

    public Task RunAsync() => SendAsync(ApiRequest.PutState("Run"));

    /// <summary>Creates and runs a VM, and waits until its guest takes commands.</summary>
    public async Task<GuestConsole> BootAsync(params TestDisk[] disks)
    {
        await CreateAsync(disks);
        await RunAsync();
        await UntilAsync("Running");
        return await GuestAsync();
    }

    public async Task<GuestConsole> GuestAsync()
    {
        var guest = await GuestConsole.OpenAsync(Target, Limits.Token);
        await guest.WaitUntilReadyAsync(Limits.Token);
        return guest;
    }

    public async Task StopAsync()
    {
        await SendAsync(ApiRequest.PutState("Stop"));
        await UntilAsync("Destroyed");
    }

    /// <summary>Sends a disk's construction request and brings the result's word.</summary>
    public async Task<string> ReplaceAsync(TestDisk disk) =>
        (await SendAsync(ApiRequest.PutVcr(disk.Name, disk.Vcr.ToJson()))).Body.Trim('"');

    public async Task<StateSeen> StateAsync() => StateSeen.Parse((await SendAsync(ApiRequest.Monitor(0))).Body);

    /// <summary>Follows the state monitor to a state, which has to come.</summary>
    public async Task<IReadOnlyList<StateSeen>> UntilAsync(string state)
    {
        var path = await StateMonitor.UntilAsync(Api, state, Limits.Token);
        Assert.Equal(state, path[^1].State);
        return path;
    }

    /// <summary>Waits for something in a disk's status, which has to come.</summary>
    public async Task<DiskStatus> UntilAsync(TestDisk disk, Func<DiskStatus, bool> isWanted)
    {
        var last = "nothing";
        try
        {
            var (status, _) = await DiskWatch.UntilAsync(Api, disk.Name, isWanted,
                seen => last = DiskStatusText.WaitsFor(seen, default) ?? "active", Limits.Token);
            return status;
        }
        catch (OperationCanceledException e)
        {
            throw new TimeoutException($"disk {disk.Name} never came to what was awaited; last: {last}", e);
        }
    }

    /// <summary>Waits until two servers are ready and wait for the third.</summary>
    public Task<DiskStatus> UntilWaitsForThirdAsync(TestDisk disk) => UntilAsync(disk, status =>
        status.RegionSets[0].Targets is
            [{ State.State: "wait_quorum" }, { State.State: "wait_quorum" }, { IsActive: false }]);

    private async Task<IReadOnlyList<string>> ConfiguredAsync(string[] settings)
    {
        if (settings.Length == 0)
            return [];
        var file = PathOf("test.hocon");
        var delivered = Path.Combine(AppContext.BaseDirectory, "hocon", "local.hocon");
        await File.WriteAllTextAsync(file, $"include required(file(\"{delivered}\"))\n{string.Join('\n', settings)}\n");
        return ["--config", file];
    }

    public async ValueTask DisposeAsync()
    {
        Api?.Dispose();
        if (_service is not null)
            await _service.DisposeAsync();
        foreach (var server in _servers)
            await server.DisposeAsync();
        foreach (var hole in _holes)
            await hole.DisposeAsync();
        _scratch.Dispose();
    }
}
