using System.Collections.Concurrent;
using System.Net;
using PropolisActors.Cli.Client;
using PropolisActors.Cli.Processes;

namespace PropolisActors.Cli.Demo;

/// <summary>Everything real the story needs: files, disk servers, a dead one, the service. Removes it all.</summary>
internal sealed class DemoStage : IAsyncDisposable
{
    /// <summary>The seven regions; the server of <see cref="DeadRegion"/> never starts.</summary>
    public static readonly IReadOnlyList<string> Regions =
        ["alpha-0", "alpha-1", "alpha-2", "beta-0", "beta-1", DeadRegion, ReplacementRegion];

    public const string DeadRegion = "beta-2";
    public const string ReplacementRegion = "beta-2-new";

    /// <summary>8 MiB in eight extents.</summary>
    public static readonly RegionGeometry Geometry = new(BlockSizeBytes: 4096, BlocksPerExtent: 256, ExtentCount: 8);

    private readonly ScratchDirectory _scratch = new();
    private readonly BlackHole _dead = new(BlackHoleKind.Silent);
    private readonly ConcurrentDictionary<string, DiskServerProcess> _servers = new(StringComparer.Ordinal);
    private ServiceChild? _service;

    /// <summary>Where a region's files are.</summary>
    public string DataOf(string region) => _scratch.PathOf(region);

    /// <summary>Where a region's server listens; for the dead one, where nobody answers.</summary>
    public IPEndPoint AddressOf(string region) =>
        string.Equals(region, DeadRegion, StringComparison.Ordinal) ? _dead.Address : _servers[region].Address;

    public Uri Service => _service?.Address ?? throw new InvalidOperationException("the service is not started yet");

    /// <summary>Makes all seven at once.</summary>
    /// <exception cref="ChildProcessException">A region was refused.</exception>
    public async Task CreateRegionsAsync(CancellationToken ct) =>
        await Task.WhenAll(Regions.Select(region =>
            DiskServerProcess.CreateRegionAsync(DataOf(region), Guid.NewGuid(), Geometry, ct)));

    /// <summary>Starts all but the dead one, at once.</summary>
    /// <exception cref="ChildProcessException">A server ended or was too slow.</exception>
    public async Task StartServersAsync(CancellationToken ct) => await Task.WhenAll(Regions
        .Where(region => !string.Equals(region, DeadRegion, StringComparison.Ordinal))
        .Select(async region => _servers[region] = await DiskServerProcess.StartAsync(DataOf(region), port: 0, ct)));

    /// <summary>Starts the service; after that <see cref="Service"/> is known.</summary>
    /// <exception cref="ChildProcessException">It ended or was too slow.</exception>
    public async Task StartServiceAsync(CancellationToken ct) => _service =
        await ServiceChild.StartAsync(["--data", _scratch.PathOf("service")], ct);

    public async ValueTask DisposeAsync()
    {
        if (_service is not null)
            await _service.DisposeAsync();
        foreach (var server in _servers.Values)
            await server.DisposeAsync();
        await _dead.DisposeAsync();
        _scratch.Dispose();
    }
}
