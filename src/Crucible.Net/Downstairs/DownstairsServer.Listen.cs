using System.Net;
using System.Net.Sockets;
using Crucible.Core.Downstairs;
using Crucible.Net.Connections;
using Microsoft.Extensions.Logging.Abstractions;

namespace Crucible.Net.Downstairs;

// Where a disk server listens, and what becomes of each connection until its messages reach the event loop.
public sealed partial class DownstairsServer
{
    private Socket Bind()
    {
        var listener = new Socket(_options.Listen.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            listener.Bind(_options.Listen);
            listener.Listen(Backlog);
        }
        catch (SocketException e)
        {
            listener.Dispose();
            throw new IOException($"The disk server cannot listen on {_options.Listen}: {e.Message}.", e);
        }
        return listener;
    }

    /// <summary>Starts the repair server where it was told to be, or else <see
    /// cref="DownstairsServerOptions.RepairPortOffset"/> above the port listened on, or else on any free port: upstairs
    /// are told where it is, so no other port would be wrong.</summary>
    private async Task<RepairServer> StartRepairServerAsync(IPEndPoint listensOn, CancellationToken ct)
    {
        var port = listensOn.Port + DownstairsServerOptions.RepairPortOffset;
        var wanted = _options.RepairListen ?? new(listensOn.Address, port <= IPEndPoint.MaxPort ? port : 0);
        try
        {
            return await StartRepairServerAsync(wanted).ConfigureAwait(false);
        }
        catch (IOException) when (_options.RepairListen is null)
        {
            return await StartRepairServerAsync(new IPEndPoint(listensOn.Address, 0)).ConfigureAwait(false);
        }
        catch (IOException e)
        {
            throw new IOException($"The repair server cannot listen on {wanted}: {e.Message}", e);
        }

        Task<RepairServer> StartRepairServerAsync(IPEndPoint at) =>
            RepairServer.StartAsync(_region, at, LogWork, NullLoggerFactory.Instance, ct);
    }

    private void LogWork()
    {
        var status = Status;
        LogWorkAsked(
            _log, status.Region, status.ConnectionsOpen, status.ConnectionsActive, status.JobsWaiting, status.Poison);
    }

    private async Task AcceptLoopAsync(Socket listener)
    {
        var next = 0UL;
        while (!_stopAccepting.IsCancellationRequested)
        {
            try
            {
                var socket = await listener.AcceptAsync(_stopAccepting.Token).ConfigureAwait(false);
                _serving.RemoveAll(s => s.IsCompleted);
                if (_serving.Count < _options.ConnectionsMax)
                {
                    _serving.Add(ServeAsync(new(next++), socket));
                }
                else
                {
                    LogTooMany(_log, _region.Definition.Uuid, _serving.Count);
                    socket.Dispose();
                }
            }
            catch (OperationCanceledException)
            {
                break;
            }
            catch (SocketException e)
            {
                // Running out of descriptors fails at once and again; the pause keeps that from being a busy loop.
                LogAcceptFailed(_log, e, _region.Definition.Uuid);
                await Task.Delay(AcceptPause, _time, _stopAccepting.Token)
                    .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
        listener.Close();
    }

    private async Task ServeAsync(ConnectionNumber number, Socket socket)
    {
        try
        {
            // Off the accept loop from the first instruction.
            await Task.Yield();
            socket.NoDelay = true;
            LogAccepted(_log, _region.Definition.Uuid, number, socket.RemoteEndPoint);
            var here = (socket.LocalEndPoint as IPEndPoint)?.Address;
            var stream = await SecuredAsync(new NetworkStream(socket, ownsSocket: true)).ConfigureAwait(false);
            var connection = new FramedConnection(stream, _options.Connection, _time) { LocalAddress = here };
            if (!await PostAsync(new DownstairsEvent.Opened(number, connection)).ConfigureAwait(false))
                throw new OperationCanceledException("The event loop has ended.");
            var heard = new List<DownstairsNews>();
            var end = await connection.RunAsync(
                async (messages, ct) =>
                {
                    heard.Clear();
                    foreach (var message in messages)
                        heard.Add(new DownstairsNews(null, number, message, null));
                    await _events.PostAsync(heard, ct).ConfigureAwait(false);
                },
                _messages, _buffers, _broken.Token).ConfigureAwait(false);
            await PostAsync(new DownstairsEvent.Ended(number, end)).ConfigureAwait(false);
        }
        catch (TlsException e)
        {
            LogHandshakeFailed(_log, _region.Definition.Uuid, number, e.Fault, e.Message);
            socket.Dispose();
        }
        catch (Exception e) when (e is SocketException or IOException or OperationCanceledException)
        {
            // Reset before it began, or the event loop has ended and is closing everything.
            socket.Dispose();
        }
    }

    /// <summary>Each handshake runs in its connection's own task, so one that stalls holds up nobody.</summary>
    private async Task<Stream> SecuredAsync(Stream transport) => _options.Tls is { } identity
        ? await TlsHandshake.AcceptAsync(
            transport, identity, _options.HandshakeMax, _time, _stopAccepting.Token).ConfigureAwait(false)
        : transport;
}
