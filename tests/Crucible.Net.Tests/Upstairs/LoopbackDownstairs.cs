using System.Net;
using System.Net.Sockets;
using Crucible.Core.Tests.Upstairs;
using Crucible.Net.Connections;
using Crucible.Wire;

namespace Crucible.Net.Tests.Upstairs;

/// <summary>
/// A well-behaved server on a real socket, with its data in memory. It can be stopped and started on the same address,
/// as a process would, and gives way to a newer generation.
/// </summary>
internal sealed class LoopbackDownstairs(RegionDefinition region) : IAsyncDisposable
{
    private readonly Lock _lock = new();
    private readonly ModelDownstairs _model = new(region);
    private TcpListener? _listener;
    private CancellationTokenSource _stopping = new();
    private FramedConnection? _active;
    private Generation _generation;
    private bool _paused;
    private Task _accepting = Task.CompletedTask;

    public IPEndPoint Address { get; private set; } = new(IPAddress.Loopback, 0);

    /// <summary>What was written, by block.</summary>
    public byte[]? Block(ulong block)
    {
        lock (_lock)
            return _model.Blocks.GetValueOrDefault(block);
    }

    /// <summary>Takes jobs and answers pings, but does no job until it is told to go on.</summary>
    public void Pause()
    {
        lock (_lock)
            _paused = true;
    }

    public void GoOn()
    {
        lock (_lock)
        {
            _paused = false;
            if (_active is { } connection)
                RunJobs(connection);
        }
    }

    public bool IsDirty
    {
        get
        {
            lock (_lock)
                return _model.Extents.Any(e => e.Dirty);
        }
    }

    public LoopbackDownstairs Start()
    {
        _stopping = new CancellationTokenSource();
        _listener = new TcpListener(Address);
        _listener.Server.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.ReuseAddress, true);
        _listener.Start();
        Address = (IPEndPoint)_listener.LocalEndpoint;
        _accepting = AcceptAsync(_listener, _stopping.Token);
        return this;
    }

    public async Task StopAsync()
    {
        await _stopping.CancelAsync();
        _listener?.Stop();
        await _accepting;
    }

    public async ValueTask DisposeAsync() => await StopAsync();

    private async Task AcceptAsync(TcpListener listener, CancellationToken stopping)
    {
        var serving = new List<Task>();
        try
        {
            while (true)
            {
                var socket = await listener.AcceptSocketAsync(stopping);
                socket.NoDelay = true;
                var connection = new FramedConnection(
                    new NetworkStream(socket, ownsSocket: true), ConnectionOptions.Default, TimeProvider.System);
                serving.Add(connection.RunAsync((message, _) => Receive(connection, message), stopping));
            }
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            await Task.WhenAll(serving).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private ValueTask Receive(FramedConnection connection, Message message)
    {
        lock (_lock)
        {
            if (message is Message.PromoteToActive m && !Promote(connection, m))
                connection.Close(CloseReason.ClosedHere);
            else if (message is Message.HereIAm)
                connection.TrySend(new Message.YesItsMe(ProtocolLimits.Version, Address));
            else if (connection == _active || message is Message.Ruok)
                Answer(connection, message);
        }

        return ValueTask.CompletedTask;
    }

    private bool Promote(FramedConnection connection, Message.PromoteToActive message)
    {
        if (_active is { End: null } && message.Generation < _generation)
            return false;
        _active?.TrySend(new Message.YouAreNoLongerActive(message.Ids, message.Generation));
        _active?.Close(CloseReason.ClosedHere);
        (_active, _generation) = (connection, message.Generation);
        _model.Connect();
        _model.Receive(new Message.HereIAm(13, message.Ids, message.Generation, false, false, []));
        return true;
    }

    private void Answer(FramedConnection connection, Message message)
    {
        if (_model.Receive(message) is { } answer)
            connection.TrySend(answer);
        RunJobs(connection);
    }

    private void RunJobs(FramedConnection connection)
    {
        while (!_paused && _model.RunOne(static _ => 0) is { } done)
            connection.TrySend(done);
    }
}
