using System.Globalization;
using System.Net;
using PropolisActors.Cli.Client;

namespace PropolisActors.Cli.Processes;

/// <summary>One disk server as a process of its own over a directory that outlives it.</summary>
public sealed class DiskServerProcess : IAsyncDisposable
{
    /// <summary>How long a server may take until it listens.</summary>
    public static readonly TimeSpan ReadyLimit = TimeSpan.FromSeconds(30);

    private ChildProcess _process;

    private DiskServerProcess(string data, ChildProcess process, IPEndPoint address)
    {
        Data = data;
        _process = process;
        Address = address;
    }

    /// <summary>Its directory.</summary>
    public string Data { get; }

    /// <summary>Where it listens; the same after a restart.</summary>
    public IPEndPoint Address { get; }

    /// <summary>The words that make a new region.</summary>
    public static IReadOnlyList<string> CreateArguments(string data, Guid region, RegionGeometry geometry) =>
    [
        "downstairs", "create", "--data", data, "--uuid", region.ToString("D"),
        "--block-size", geometry.BlockSizeBytes.ToString(CultureInfo.InvariantCulture),
        "--extent-size", geometry.BlocksPerExtent.ToString(CultureInfo.InvariantCulture),
        "--extent-count", geometry.ExtentCount.ToString(CultureInfo.InvariantCulture),
    ];

    /// <summary>The words that serve a region.</summary>
    public static IReadOnlyList<string> RunArguments(string data, int port) =>
        ["downstairs", "run", "--data", data, "--port", port.ToString(CultureInfo.InvariantCulture)];

    /// <summary>Makes a new region in a directory that is not there yet.</summary>
    /// <exception cref="ChildProcessException">It was refused.</exception>
    public static async Task CreateRegionAsync(string data, Guid region, RegionGeometry geometry, CancellationToken ct)
    {
        var made = await PropolisExecutable.RunAsync(CreateArguments(data, region, geometry), ReadyLimit, ct);
        if (made.ExitCode != ExitCodes.Done)
            throw new ChildProcessException($"the region in {data} could not be made: {made.Error.Trim()}");
    }

    /// <summary>Starts a server; when this returns, it listens.</summary>
    /// <param name="port">0 takes a free one.</param>
    /// <exception cref="ChildProcessException">It ended or was too slow.</exception>
    public static async Task<DiskServerProcess> StartAsync(string data, int port, CancellationToken ct)
    {
        var (process, address) = await LaunchAsync(data, port, ct);
        return new DiskServerProcess(data, process, address);
    }

    /// <summary>Ends it as a crash would, and returns when it is gone.</summary>
    public Task KillAsync() => _process.KillAsync();

    /// <summary>Starts it again on the port it had, over what its directory holds.</summary>
    /// <exception cref="ChildProcessException">It ended or was too slow.</exception>
    public async Task RestartAsync(CancellationToken ct)
    {
        await _process.DisposeAsync();
        (_process, _) = await LaunchAsync(Data, Address.Port, ct);
    }

    public ValueTask DisposeAsync() => _process.DisposeAsync();

    private static async Task<(ChildProcess Process, IPEndPoint Address)> LaunchAsync(
        string data, int port, CancellationToken ct)
    {
        var process = ChildProcess.Start(RunArguments(data, port));
        try
        {
            // It says "serving region <id> on <address>".
            var said = await process.WaitForLineAsync("serving region ", ReadyLimit, ct);
            return (process, IPEndPoint.Parse(said[(said.LastIndexOf(' ') + 1)..]));
        }
        catch
        {
            await process.DisposeAsync();
            throw;
        }
    }
}
