using System.Net;
using Crucible.Net.Downstairs;
using Crucible.Net.Regions;
using Crucible.Wire;
using Microsoft.Extensions.Logging.Abstractions;

namespace Crucible.Net.Tests.Downstairs;

/// <summary>A region in a directory of its own and a server of it on loopback.</summary>
internal sealed class ServedRegion : IAsyncDisposable
{
    private readonly TemporaryDirectory _directory;
    private readonly Region _region;

    private ServedRegion(TemporaryDirectory directory, Region region, DownstairsServer server)
    {
        _directory = directory;
        _region = region;
        Server = server;
    }

    public DownstairsServer Server { get; }

    public string Directory => _directory.Path;

    public static Task<ServedRegion> StartAsync(
        RegionDefinition definition, DownstairsServerOptions? options = null, IDiskSync? sync = null,
        TimeProvider? time = null)
    {
        var directory = new TemporaryDirectory();
        Region.Create(directory.Path, definition);
        return StartAsync(directory, readOnly: false, options, sync, time);
    }

    /// <summary>Stops this server and starts another one on the same storage.</summary>
    public async Task<ServedRegion> RestartAsync(bool readOnly)
    {
        await StopAsync();
        return await StartAsync(_directory, readOnly, null, null, null);
    }

    public Task<WireClient> ConnectAsync() => WireClient.ConnectAsync(Server.LocalEndPoint);

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _directory.Dispose();
    }

    private static async Task<ServedRegion> StartAsync(
        TemporaryDirectory directory, bool readOnly, DownstairsServerOptions? options, IDiskSync? sync, TimeProvider? time)
    {
        var region = Region.Open(
            directory.Path, readOnly, expected: null, new RegionOptions { Sync = sync ?? DiskSync.Instance });
        var server = new DownstairsServer(
            region, (options ?? new()) with { Listen = new IPEndPoint(IPAddress.Loopback, 0) },
            time ?? TimeProvider.System, NullLogger.Instance);
        await server.StartAsync(CancellationToken.None);
        return new ServedRegion(directory, region, server);
    }

    private async Task StopAsync()
    {
        await Server.DisposeAsync().AsTask().WaitAsync(WireClient.Patience);
        _region.Dispose();
    }
}
