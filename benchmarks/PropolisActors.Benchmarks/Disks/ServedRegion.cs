using System.Net;
using Crucible.Net.Downstairs;
using Crucible.Net.Regions;
using Microsoft.Extensions.Logging.Abstractions;

namespace PropolisActors.Benchmarks.Disks;

/// <summary>A new region in a directory of its own, served on loopback by a disk server of ours in this process.</summary>
internal sealed class ServedRegion : IAsyncDisposable
{
    private readonly string _directory;
    private readonly Region _region;
    private readonly DownstairsServer _server;

    private ServedRegion(string directory, Region region, DownstairsServer server)
    {
        _directory = directory;
        _region = region;
        _server = server;
    }

    public IPEndPoint Address => _server.LocalEndPoint;

    /// <summary>Makes the region and serves it.</summary>
    /// <param name="parent">Holds the new directory.</param>
    public static async Task<ServedRegion> StartAsync(string parent, Geometry geometry)
    {
        var directory = Path.Combine(parent, Guid.NewGuid().ToString("N"));
        Region.Create(directory, geometry.NewRegion());
        var region = Region.Open(directory, readOnly: false);
        var options = new DownstairsServerOptions { Listen = new IPEndPoint(IPAddress.Loopback, 0) };
        var server = new DownstairsServer(region, options, TimeProvider.System, NullLogger.Instance);
        await server.StartAsync(CancellationToken.None).ConfigureAwait(false);
        return new ServedRegion(directory, region, server);
    }

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync().ConfigureAwait(false);
        _region.Dispose();
        Directory.Delete(_directory, recursive: true);
    }
}
