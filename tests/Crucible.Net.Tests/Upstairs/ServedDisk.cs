using System.Net;
using Crucible.Net.Connections;
using Crucible.Net.Downstairs;
using Crucible.Net.Regions;
using Crucible.Wire;
using Microsoft.Extensions.Logging.Abstractions;

namespace Crucible.Net.Tests.Upstairs;

/// <summary>One region in a directory of its own, served on one address for as long as it runs.</summary>
internal sealed class ServedDisk : IAsyncDisposable
{
    public const int BlockSize = 512;
    public const ulong BlocksPerExtent = 100;
    public const uint ExtentCount = 4;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private readonly TemporaryDirectory _directory = new();
    private readonly TlsIdentity? _tls;
    private Region? _region;
    private DownstairsServer? _server;

    public ServedDisk(bool encrypted = false, TlsIdentity? tls = null)
    {
        _tls = tls;
        Region.Create(_directory.Path, new RegionDefinition(
            BlockSize, new Block(BlocksPerExtent, 9), ExtentCount, new RegionId(Guid.NewGuid()), encrypted));
        Open();
    }

    public IPEndPoint Address { get; private set; } = new(IPAddress.Loopback, 0);

    public string Directory => _directory.Path;

    public Task StartAsync()
    {
        Open();
        return Task.CompletedTask;
    }

    public async Task StopAsync()
    {
        if (_server is not null)
            await _server.DisposeAsync().AsTask().WaitAsync(Patience);
        _region?.Dispose();
        (_server, _region) = (null, null);
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _directory.Dispose();
    }

    private void Open()
    {
        _region = Region.Open(_directory.Path, readOnly: false);
        _server = new DownstairsServer(
            _region, new DownstairsServerOptions { Listen = Address, Tls = _tls }, TimeProvider.System, NullLogger.Instance);
        var started = _server.StartAsync(CancellationToken.None);
        Assert.True(started.IsCompletedSuccessfully);
        Address = _server.LocalEndPoint;
    }
}
