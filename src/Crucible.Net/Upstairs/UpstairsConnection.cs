using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using Crucible.Core.Upstairs;
using Crucible.Net.Connections;
using Crucible.Wire;

namespace Crucible.Net.Upstairs;

/// <summary>
/// One connection attempt of one slot: connects, pings, carries messages, and reports its end exactly once, unless
/// it was closed here. It decides nothing.
/// </summary>
/// <param name="cipher">Replies to reads are checked and decrypted here, each connection on its own thread.</param>
internal sealed class UpstairsConnection(
    ClientId slot, ConnectionNumber number, IPEndPoint target, BlockCipher cipher, Func<TlsIdentity>? tls,
    MessagePool messages, BufferPool buffers, TimeProvider time, Inbox<RegionSetNews> events)
{
    /// <summary>An upstairs that ends a connection has nothing left to say on it, and its slot must go on.</summary>
    private static readonly ConnectionOptions Limits =
        ConnectionOptions.Default with { DrainMax = TimeSpan.FromMilliseconds(1) };

    private readonly CancellationTokenSource _closing = new();
    private readonly List<RegionSetNews> _arrived = [];
    private FramedConnection? _connection;

    /// <summary>Of the region set's loop alone.</summary>
    private bool _hasQueued;

    public ConnectionNumber Number => number;

    /// <summary>Ends when nothing of this attempt is left. Never faults.</summary>
    public Task Ended { get; private set; } = Task.CompletedTask;

    public void Start() => Ended = Task.Run(RunAsync);

    /// <summary>Queues a message until the next <see cref="SendQueued"/>; a connection that cannot take it is ended, and
    /// reports that.</summary>
    public void Queue(Message message)
    {
        var connection = Volatile.Read(ref _connection);
        if (connection is not null && !connection.TryQueue(message))
            connection.Abort(CloseReason.LimitMet, "Too much waits to be sent.");
        _hasQueued = true;
    }

    /// <summary>Has sent what was queued.</summary>
    public void SendQueued()
    {
        if (!_hasQueued)
            return;
        _hasQueued = false;
        Volatile.Read(ref _connection)?.SendQueued();
    }

    /// <summary>Ends the attempt without a report. Returns at once.</summary>
    public void Close() => _ = _closing.CancelAsync();

    private async Task RunAsync()
    {
        try
        {
            // A server that is not there is asked again and again, by every disk it has; so it is no exception.
            var (stream, error) = await OpenAsync().ConfigureAwait(false);
            var lost = stream is null
                ? NotConnected(Sentence(error))
                : Lost(await CarryAsync(stream).ConfigureAwait(false));
            if (!_closing.IsCancellationRequested)
                await ReportAsync(lost).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (_closing.IsCancellationRequested)
        {
            // Closed here: the machine has already gone on.
        }
        catch (Exception e)
        {
            // Whatever it was, the machine must hear of it, or this slot would wait for ever.
            await ReportAsync(Volatile.Read(ref _connection)?.End is { } end ? Lost(end) : NotConnected(e.Message))
                .ConfigureAwait(false);
        }
    }

    private UpstairsInput.Lost NotConnected(string why) => new(slot, number, $"no connection: {why}", Malformed: false);

    private UpstairsInput.Lost Lost(ConnectionEnd end) =>
        new(slot, number, Sentence(end), end.Reason == CloseReason.Malformed);

    private async Task<ConnectionEnd> CarryAsync(Stream stream)
    {
        var connection = new FramedConnection(stream, Limits, time);
        Volatile.Write(ref _connection, connection);
        await ReportAsync(new UpstairsInput.Connected(slot, number)).ConfigureAwait(false);
        await using var pings = time.CreateTimer(
            static c => ((FramedConnection)c!).TrySend(new Message.Ruok()), connection,
            ProtocolLimits.PingInterval, ProtocolLimits.PingInterval);
        return await connection.RunAsync(OnMessagesAsync, messages, buffers, _closing.Token).ConfigureAwait(false);
    }

    private async ValueTask ReportAsync(UpstairsInput input) =>
        await events.PostAsync(new RegionSetEvent.Happened(input), CancellationToken.None).ConfigureAwait(false);

    /// <summary>Everything that one read brought goes to the loop at once.</summary>
    private async ValueTask OnMessagesAsync(List<Message> arrived, CancellationToken ct)
    {
        _arrived.Clear();
        foreach (var message in arrived)
        {
            var isRead = message is Message.ReadResponse { Blocks.IsOk: true };
            var fault = isRead ? FaultOf((Message.ReadResponse)message) : null;
            _arrived.Add(new RegionSetNews(null, new ArrivedMessage(slot, number, message, isRead, fault)));
        }

        await events.PostAsync(_arrived, ct).ConfigureAwait(false);
    }

    private CrucibleError? FaultOf(Message.ReadResponse reply) =>
        cipher.Open(reply.Blocks.Value, MemoryMarshal.AsMemory(reply.Data).Span);

    /// <summary>The stream is null when there is no connection.</summary>
    private async Task<(Stream? Stream, SocketError Error)> OpenAsync()
    {
        using var identity = tls?.Invoke();
        var (stream, error) = await ConnectAsync().ConfigureAwait(false);
        if (stream is null || identity is null)
            return (stream, error);
        var secured = await TlsHandshake.ConnectAsync(
            stream, identity, TlsHandshake.ServerNameOf(slot.Value), TlsHandshake.LimitDefault, time, _closing.Token)
            .ConfigureAwait(false);
        return (secured, error);
    }

    private async Task<(Stream? Stream, SocketError Error)> ConnectAsync()
    {
        using var timeout = new CancellationTokenSource(ProtocolLimits.ConnectTimeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, _closing.Token);
        var socket = new Socket(target.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        var error = await SocketConnect.RunAsync(socket, target, either.Token).ConfigureAwait(false);
        if (error == SocketError.Success)
            return (new NetworkStream(socket, ownsSocket: true), error);
        socket.Dispose();
        return (null, timeout.IsCancellationRequested ? SocketError.TimedOut : error);
    }

    private static string Sentence(SocketError error) => error == SocketError.TimedOut
        ? $"none within {ProtocolLimits.ConnectTimeout.TotalSeconds:0} s"
        : new SocketException((int)error).Message;

    private static string Sentence(ConnectionEnd end) => end switch
    {
        { Text.Length: > 0 } => $"{end.Reason}: {end.Text}",
        { Reason: CloseReason.PeerClosed } => "the peer closed the connection",
        _ => $"the connection ended: {end.Reason}",
    };
}
