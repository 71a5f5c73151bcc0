using System.Net;
using Crucible.Net.Downstairs;
using Crucible.Net.Regions;
using Crucible.Wire;
using Microsoft.Extensions.Logging.Abstractions;

namespace Crucible.Net.Replay;

/// <summary>A region in a directory and a disk server of it on loopback, which can be started again.</summary>
internal sealed class ReplayServer : IAsyncDisposable
{
    private readonly string _directory;
    private readonly TimeProvider _time;
    private Region? _region;
    private DownstairsServer? _server;

    private ReplayServer(string directory, TimeProvider time)
    {
        _directory = directory;
        _time = time;
    }

    public IPEndPoint Address => _server!.LocalEndPoint;

    public static async Task<ReplayServer> CreateAsync(
        string directory, RegionDefinition definition, TimeProvider time, CancellationToken ct)
    {
        Region.Create(directory, definition);
        var server = new ReplayServer(directory, time);
        await server.StartAsync(readOnly: false, ct).ConfigureAwait(false);
        return server;
    }

    /// <summary>Stops the server and serves the same storage again.</summary>
    public async Task RestartAsync(bool readOnly, CancellationToken ct)
    {
        await DisposeAsync().ConfigureAwait(false);
        await StartAsync(readOnly, ct).ConfigureAwait(false);
    }

    public async ValueTask DisposeAsync()
    {
        if (_server is not null)
            await _server.DisposeAsync().ConfigureAwait(false);
        _region?.Dispose();
    }

    private async Task StartAsync(bool readOnly, CancellationToken ct)
    {
        _region = Region.Open(_directory, readOnly);
        var options = new DownstairsServerOptions { Listen = new IPEndPoint(IPAddress.Loopback, 0) };
        _server = new DownstairsServer(_region, options, _time, NullLogger.Instance);
        await _server.StartAsync(ct).ConfigureAwait(false);
    }
}
