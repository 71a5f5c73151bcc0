using PropolisActors.Cli.Client;
using PropolisActors.Cli.Processes;

namespace PropolisActors.Cli.Demo;

/// <summary>
/// The story the service exists for: a VM cannot start because one disk names a dead server, and the correction is
/// taken while it starts. Then that what the guest wrote is on both disks, also after the VM is made anew.
/// </summary>
internal sealed class DemoStory(DemoStage stage, DemoScreen screen, ApiClient api, CancellationToken ct)
{
    private const int DeadSlot = 2;

    private static readonly string[] DiskNames = ["alpha", "beta"];

    private readonly Guid _instance = Guid.NewGuid();
    private DemoDisk _alpha = DiskOf("alpha", stage, "alpha-0", "alpha-1", "alpha-2");
    private DemoDisk _beta = DiskOf("beta", stage, "beta-0", "beta-1", DemoStage.DeadRegion);

    /// <summary>Sets the stage, then tells the story on it.</summary>
    public static async Task TellAsync(DemoStage stage, DemoScreen screen, CancellationToken ct)
    {
        screen.Title("A VM with two network disks, one of which names a dead server");
        await screen.StepAsync("make seven regions, each a copy of a disk", () => MakeRegionsAsync(stage, screen, ct));
        await screen.StepAsync("start six disk servers, and put a dead one in the place of the seventh",
            () => StartServersAsync(stage, screen, ct));
        await screen.StepAsync("start the VM service", () => StartServiceAsync(stage, screen, ct));
        using var api = new ApiClient(new ApiTarget(stage.Service, Vm: null));
        await new DemoStory(stage, screen, api, ct).TellAsync();
    }

    private async Task TellAsync()
    {
        await screen.StepAsync("create the VM", CreateAsync);
        await screen.StepAsync("run it: alpha comes up, beta waits for its dead server", SeeBetaWaitAsync);
        await screen.StepAsync("replace beta's dead server while the VM starts", ReplaceAsync);
        await screen.StepAsync("the guest writes, flushes and verifies both disks",
            () => UseAsync("write", "flush", "verify"));
        await screen.StepAsync("stop the VM", StopAsync);
        await screen.StepAsync("create it again, with a generation above the first", CreateAgainAsync);
        await screen.StepAsync("the guest verifies what the first VM wrote", () => UseAsync("verify"));
        await screen.StepAsync("stop the VM again", StopAsync);
    }

    private static Task MakeRegionsAsync(DemoStage stage, DemoScreen screen, CancellationToken ct)
    {
        var first = stage.DataOf(DemoStage.Regions[0]);
        screen.Show(DiskServerProcess.CreateArguments(first, Guid.NewGuid(), DemoStage.Geometry));
        screen.Say($"and the same for {string.Join(", ", DemoStage.Regions.Skip(1))}");
        return screen.WaitAsync("seven regions", async (_, limited) =>
        {
            await stage.CreateRegionsAsync(limited);
            return true;
        }, ct);
    }

    private static async Task StartServersAsync(DemoStage stage, DemoScreen screen, CancellationToken ct)
    {
        await screen.WaitAsync("six servers", async (_, limited) =>
        {
            await stage.StartServersAsync(limited);
            return true;
        }, ct);
        screen.Show(DiskServerProcess.RunArguments(stage.DataOf(DemoStage.Regions[0]), port: 0));
        foreach (var region in DemoStage.Regions)
            screen.Say($"{region} is at {stage.AddressOf(region)}");
        screen.Say($"but what takes connections for {DemoStage.DeadRegion} never answers");
    }

    private static async Task StartServiceAsync(DemoStage stage, DemoScreen screen, CancellationToken ct)
    {
        screen.Show(["serve", "--listen", "127.0.0.1:0"]);
        await screen.WaitAsync("the service", async (_, limited) =>
        {
            await stage.StartServiceAsync(limited);
            return true;
        }, ct);
        screen.Say($"it serves on {stage.Service}");
    }

    private Task CreateAsync() => SendAsync(ApiRequest.Ensure(
        new InstanceBody(_instance, "demo", [_alpha.ForInstance, _beta.ForInstance]).ToJson()));

    private async Task SeeBetaWaitAsync()
    {
        await SendAsync(ApiRequest.PutState("Run"));
        await ShowDiskAsync(_alpha, status => status.IsActive, "alpha to be active");
        // The two good servers are ready and wait for the third.
        await ShowDiskAsync(_beta,
            status => status.RegionSets[0].Targets is var targets
                && targets[DeadSlot].WaitingFor is not null
                && targets.Take(DeadSlot).All(target => target.State.State is "wait_quorum"),
            "beta's good servers to be ready");
        var now = await SendAsync(ApiRequest.Monitor(0));
        if (StateSeen.Parse(now.Body).State is not "Starting")
            throw new DemoFailedException($"the VM should be Starting, but the service says {now.Body}");
    }

    private async Task ReplaceAsync()
    {
        _beta = _beta.With(DeadSlot, stage.AddressOf(DemoStage.ReplacementRegion), gen: 2);
        var answer = await SendAsync(ApiRequest.PutVcr(_beta.Name, _beta.Vcr.ToJson()));
        if (!string.Equals(answer.Body, "\"started\"", StringComparison.Ordinal))
            throw new DemoFailedException($"the replacement should be \"started\", but the service says {answer.Body}");
        await ShowDiskAsync(_beta, status => status.IsActive, "beta to be active");
        await WaitForStateAsync("Running");
    }

    private async Task UseAsync(params string[] commands)
    {
        using var guest = await GuestConsole.OpenAsync(api.Target, ct);
        screen.Say("over the serial console (WebSocket /instance/serial):");
        await screen.WaitAsync("the guest to boot", async (_, limited) =>
        {
            await guest.WaitUntilReadyAsync(limited);
            return true;
        }, ct);
        foreach (var command in commands)
        {
            var lines = await screen.WaitAsync($"the guest to {command}",
                (_, limited) => guest.RunOnAllAsync(command, DiskNames, limited), ct);
            screen.Say($"> {command}");
            screen.Say(lines);
        }
    }

    private async Task StopAsync()
    {
        await SendAsync(ApiRequest.PutState("Stop"));
        await WaitForStateAsync("Destroyed");
    }

    private async Task CreateAgainAsync()
    {
        (_alpha, _beta) = (_alpha.WithGen(10), _beta.WithGen(10));
        await CreateAsync();
        await SendAsync(ApiRequest.PutState("Run"));
        await WaitForStateAsync("Running");
    }

    private async Task<ApiAnswer> SendAsync(ApiRequest request)
    {
        screen.Show(request);
        var answer = await api.SendAsync(request, ct);
        screen.Show(answer);
        return answer;
    }

    private async Task WaitForStateAsync(string state)
    {
        screen.Show(ApiRequest.Monitor(0));
        var path = await screen.WaitAsync($"the VM to be {state}",
            (_, limited) => StateMonitor.UntilAsync(api, state, limited), ct);
        screen.Say($"{string.Join(' ', path)}");
        if (path.Count == 0 || !string.Equals(path[^1].State, state, StringComparison.Ordinal))
            throw new DemoFailedException($"the VM never was {state}; its states were: {string.Join(' ', path)}");
    }

    private async Task ShowDiskAsync(DemoDisk disk, Func<DiskStatus, bool> isWanted, string what)
    {
        screen.Show(ApiRequest.DiskStatus(disk.Name));
        var (status, answer) = await screen.WaitAsync(what,
            (seen, limited) => DiskWatch.UntilAsync(api, disk.Name, isWanted, now => seen(Summary(now)), limited), ct);
        screen.Show(answer);
        screen.Say(DiskStatusText.Lines(disk.Name, status, Now()));
    }

    private static DemoDisk DiskOf(string name, DemoStage stage, params string[] regions) => new(
        name, new VcrBody(Guid.NewGuid(), DemoStage.Geometry, [.. regions.Select(stage.AddressOf)], Gen: 1));

    private static string Summary(DiskStatus status) =>
        DiskStatusText.WaitsFor(status, Now()) ?? "all its servers are in service";

    private static DateTimeOffset Now() => TimeProvider.System.GetUtcNow();
}
