using Crucible.Core.Volumes;
using Crucible.Net.Downstairs;
using Crucible.Net.Regions;
using Crucible.Net.Upstairs;
using Crucible.Wire;
using Microsoft.Extensions.Logging.Abstractions;

namespace PropolisActors.Benchmarks.DataPath;

/// <summary>One region set of ours with its three servers, all in this process, connected over loopback.</summary>
internal sealed class Disk : IAsyncDisposable
{
    public const int BlockSize = 4096;
    private const ulong BlocksPerExtent = 4096;
    private const uint ExtentCount = 16;

    private readonly List<IDisposable> _regions = [];
    private readonly List<DownstairsServer> _servers = [];
    private readonly string? _directory;

    private Disk(string? directory) => _directory = directory;

    /// <summary>256 MiB.</summary>
    public static ulong Blocks => BlocksPerExtent * ExtentCount;

    public RegionSet Upstairs { get; private set; } = null!;

    /// <summary>Makes the servers, activates, and writes every block once.</summary>
    /// <param name="parent">Where regions are kept in files; null keeps them in memory.</param>
    public static async Task<Disk> StartAsync(string? parent, bool encrypted)
    {
        var disk = new Disk(parent is null ? null : Path.Combine(parent, $"datapath-{Guid.NewGuid():N}"));
        for (var i = 0; i < 3; i++)
        {
            var server = new DownstairsServer(
                disk.NewRegion(encrypted), new DownstairsServerOptions { Listen = new(System.Net.IPAddress.Loopback, 0) },
                TimeProvider.System, NullLogger.Instance);
            await server.StartAsync(CancellationToken.None).ConfigureAwait(false);
            disk._servers.Add(server);
        }

        disk.Upstairs = new RegionSet(
            new RegionSetOptions(
                new UpstairsId(Guid.NewGuid()), [.. disk._servers.Select(s => s.LocalEndPoint)], BlockSize,
                BlocksPerExtent, ExtentCount, ReadOnly: false, RegionSetOptions.DefaultFlushTimeout,
                encrypted ? new EncryptionKey(Convert.ToBase64String(new byte[EncryptionKey.SizeBytes])) : null),
            new Generation(1), new SessionId(Guid.NewGuid()), TimeProvider.System, NullLogger.Instance);
        var active = await disk.Upstairs.ActivateAsync(null, CancellationToken.None).ConfigureAwait(false);
        if (!active.IsActive)
            throw new InvalidOperationException($"The disk does not become active: {active.Error}");
        await disk.FillAsync().ConfigureAwait(false);
        return disk;
    }

    public async ValueTask DisposeAsync()
    {
        await Upstairs.DisposeAsync().ConfigureAwait(false);
        foreach (var server in _servers)
            await server.DisposeAsync().ConfigureAwait(false);
        foreach (var region in _regions)
            region.Dispose();
        if (_directory is not null)
            Directory.Delete(_directory, recursive: true);
    }

    private IServedRegion NewRegion(bool encrypted)
    {
        var definition = new RegionDefinition(
            BlockSize, new Block(BlocksPerExtent, 12), ExtentCount, new RegionId(Guid.NewGuid()), encrypted);
        if (_directory is null)
            return new MemoryRegion(definition);
        var path = Path.Combine(_directory, definition.Uuid.ToString());
        Region.Create(path, definition);
        var region = Region.Open(path, readOnly: false);
        _regions.Add(region);
        return region;
    }

    private async Task FillAsync()
    {
        var data = new byte[1024 * 1024];
        new Random(1).NextBytes(data);
        for (var at = 0UL; at < Blocks; at += (ulong)(data.Length / BlockSize))
            Load.Check(await Upstairs.WriteAsync(new BlockIndex(at), data, CancellationToken.None).ConfigureAwait(false));
        Load.Check(await Upstairs.FlushAsync(CancellationToken.None).ConfigureAwait(false));
    }
}
