using System.Net;
using System.Security.Cryptography;
using Crucible.Core.Upstairs;
using Crucible.Core.Volumes;
using Crucible.Net.Upstairs;
using Crucible.Wire;
using Microsoft.Extensions.Logging.Abstractions;

namespace PropolisActors.Benchmarks.Disks;

/// <summary>Three served regions in a directory of their own, and the upstairs that use them.</summary>
internal sealed class DiskUnderTest : IAsyncDisposable
{
    /// <summary>Reaching it means that something stands still.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    private readonly string _directory;
    private readonly List<ServedRegion> _regions = [];
    private readonly EncryptionKey? _key;
    private ulong _generation;

    private DiskUnderTest(string directory, Geometry geometry)
    {
        _directory = directory;
        Geometry = geometry;
        _key = geometry.Encrypted
            ? new EncryptionKey(Convert.ToBase64String(RandomNumberGenerator.GetBytes(EncryptionKey.SizeBytes)))
            : null;
    }

    public Geometry Geometry { get; }

    public IPEndPoint[] Targets => [.. _regions.Take(ProtocolLimits.Slots).Select(region => region.Address)];

    /// <summary>Makes three empty regions and serves them.</summary>
    /// <param name="parent">On the disk to be measured.</param>
    public static async Task<DiskUnderTest> StartAsync(string parent, Geometry geometry)
    {
        var directory = Path.Combine(parent, $"disk-benchmark-{Guid.NewGuid():N}");
        Directory.CreateDirectory(directory);
        var disk = new DiskUnderTest(directory, geometry);
        for (var slot = 0; slot < ProtocolLimits.Slots; slot++)
            await disk.AddServerAsync().ConfigureAwait(false);
        return disk;
    }

    /// <summary>Serves one more empty region of the same shape.</summary>
    public async Task<IPEndPoint> AddServerAsync()
    {
        _regions.Add(await ServedRegion.StartAsync(_directory, Geometry).ConfigureAwait(false));
        return _regions[^1].Address;
    }

    /// <summary>A new upstairs of the next generation, not active yet.</summary>
    /// <param name="targets">Null for the first three servers.</param>
    /// <param name="watch">Hears of every state; may be null.</param>
    public RegionSet NewUpstairs(IPEndPoint[]? targets = null, Action<RegionSetStatus>? watch = null)
    {
        var options = new RegionSetOptions(
            new UpstairsId(Guid.NewGuid()), targets ?? Targets, Geometry.BlockSize, Geometry.BlocksPerExtent,
            Geometry.ExtentCount, ReadOnly: false, RegionSetOptions.DefaultFlushTimeout, _key, watch);
        return new RegionSet(
            options, new Generation(++_generation), new SessionId(Guid.NewGuid()), TimeProvider.System,
            NullLogger.Instance);
    }

    /// <summary>Activates it or ends the benchmark with the reason.</summary>
    public static async Task ActivateAsync(RegionSet upstairs)
    {
        var result = await upstairs.ActivateAsync(generation: null, CancellationToken.None)
            .WaitAsync(Patience).ConfigureAwait(false);
        if (!result.IsActive)
            throw new InvalidOperationException($"The activation failed: {result.Error}");
    }

    /// <summary>Writes every block of the first extents, and flushes.</summary>
    /// <param name="extents">How many of them.</param>
    public async Task FillAsync(RegionSet upstairs, uint extents)
    {
        var random = new Random(1);
        var data = new byte[UpstairsLimits.MaxIoBytes];
        var blocks = (ulong)data.Length / Geometry.BlockSize;
        for (var at = 0UL; at < extents * Geometry.BlocksPerExtent; at += blocks)
        {
            random.NextBytes(data);
            var count = Math.Min(blocks, (extents * Geometry.BlocksPerExtent) - at);
            var piece = data.AsMemory(0, (int)(count * Geometry.BlockSize));
            Check(await upstairs.WriteAsync(new BlockIndex(at), piece, CancellationToken.None).ConfigureAwait(false));
        }

        Check(await upstairs.FlushAsync(CancellationToken.None).ConfigureAwait(false));
    }

    public static void Check(Crucible.Net.IoResult result)
    {
        if (!result.IsOk)
            throw new InvalidOperationException($"A request failed: {result.Error}");
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var region in _regions)
            await region.DisposeAsync().ConfigureAwait(false);
        Directory.Delete(_directory, recursive: true);
    }
}
