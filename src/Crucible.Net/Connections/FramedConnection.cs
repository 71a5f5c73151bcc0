using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using Crucible.Wire;

namespace Crucible.Net.Connections;

/// <summary>
/// One protocol connection over a stream: frames in, frames out, a limit on silence, and an orderly end. It knows
/// nothing of what messages mean and never sends one by itself (pings are the upstairs' business).
/// </summary>
/// <remarks>
/// <para>Two loops run inside <c>RunAsync</c>. The reader hands what one read brought to its owner, in order, and one
/// batch at a time. The writer takes everything queued since its last write and sends it together.</para>
/// <para>Memory: an owner that hands in pools gets messages of the frequent kinds from them, held once, and lets go of
/// each when it is done; any other message owns its bytes and may be kept as long as needed. A message given to
/// <see cref="TrySend"/> is held until it was sent, and must not be changed while somebody else holds it.</para>
/// <para>The stream belongs to the connection and is disposed when <c>RunAsync</c> ends. The owner sets TCP_NODELAY and
/// does a TLS handshake beforehand.</para>
/// </remarks>
public sealed class FramedConnection
{
    private const int CopiedPayloadBytesMax = 16 * 1024;
    private const int WriteBytesMax = 1024 * 1024;

    /// <summary>Memory kept for itself by a connection whose owner hands in no pools.</summary>
    private const long OwnBytesMax = 1024 * 1024;

    /// <summary>So much is gathered for one write before it leaves.</summary>
    private const int GatheredBytesMax = 96 * 1024;

    private readonly Stream _stream;
    private readonly ConnectionOptions _options;
    private readonly TimeProvider _time;
    private readonly SendQueue _queue;
    private readonly WakeUp _toSend = new();
    private readonly CancellationTokenSource _abort;
    private readonly CancellationTokenSource _stall;
    private ConnectionEnd? _end;
    private ITimer? _silence;

    /// <summary>When the last frame was dealt with; 0 while the owner is at one.</summary>
    private long _lastFrame;

    /// <summary>Wraps a connected transport; nothing happens before <c>RunAsync</c>.</summary>
    public FramedConnection(Stream stream, ConnectionOptions options, TimeProvider time)
    {
        _stream = stream;
        _options = options;
        _time = time;
        _queue = new SendQueue(options);
        _abort = new CancellationTokenSource(Timeout.InfiniteTimeSpan, time);
        _stall = new CancellationTokenSource(Timeout.InfiniteTimeSpan, time);
    }

    /// <summary>How the connection ended or is ending; null while it is open. Safe from any thread.</summary>
    public ConnectionEnd? End => Volatile.Read(ref _end);

    /// <summary>The address at which the peer reached us, or we left from; null if the transport has none.</summary>
    public IPAddress? LocalAddress { get; init; }

    /// <summary>Queues a message to be sent. Never waits; safe from any thread.</summary>
    /// <returns>False if the queue is at its limit or the connection is ending; nothing was queued.</returns>
    /// <exception cref="FrameTooLargeException">The message does not fit a frame; a mistake of the caller.</exception>
    public bool TrySend(Message message)
    {
        if (!TryQueue(message))
            return false;
        _toSend.Call(here: false);
        return true;
    }

    /// <summary>The same for the first of several messages: they leave together at the next <see cref="SendQueued"/>.</summary>
    /// <inheritdoc cref="TrySend"/>
    public bool TryQueue(Message message)
    {
        var bytes = MessageCodec.FrameLength(message);
        if (bytes > ProtocolLimits.MaxFrameBytes)
            throw new FrameTooLargeException(message.Kind, bytes);
        return End is null && _queue.TryAdd(message, bytes);
    }

    /// <summary>Has what was queued sent: in this call, as far as the socket takes it at once.</summary>
    public void SendQueued() => _toSend.Call(here: _stream is NetworkStream);

    /// <summary>Ends the connection: what is queued is still written, nothing more is delivered. Safe from any thread;
    /// a repeat does nothing. <c>RunAsync</c> then ends within <see cref="ConnectionOptions.DrainMax"/> and
    /// <see cref="ConnectionOptions.LingerMax"/>.</summary>
    public void Close(CloseReason reason, string text = "")
    {
        if (!TryEnd(reason, text))
            return;
        _queue.Close();
        _toSend.Call(here: false);
        _abort.CancelAfter(_options.DrainMax);
    }

    /// <summary>Ends the connection at once; what is queued is dropped. Safe from any thread.</summary>
    public void Abort(CloseReason reason, string text = "")
    {
        TryEnd(reason, text);
        _queue.Close();
        CancelLoops();
    }

    /// <summary>Runs both loops until the connection has ended, then disposes the stream. To be called once.</summary>
    /// <param name="onMessage">Called for each message, in order, never two at a time. While it waits, nothing more
    /// is read: that is the back-pressure on the peer. It may keep the message.</param>
    /// <param name="stopping">Aborts the connection.</param>
    /// <returns>How it ended. Throws only what <paramref name="onMessage"/> throws.</returns>
    public Task<ConnectionEnd> RunAsync(Func<Message, CancellationToken, ValueTask> onMessage, CancellationToken stopping) =>
        RunLoopsAsync(
            async (messages, ct) =>
            {
                foreach (var message in messages)
                {
                    if (End is not null)
                        return;
                    await onMessage(message, ct).ConfigureAwait(false);
                }
            },
            messages: null, new BufferPool(OwnBytesMax), stopping);

    /// <summary>The same, with everything that one read brought at a time.</summary>
    /// <param name="onMessages">The list is emptied after the call. Messages are held once, for the owner to let go
    /// of.</param>
    /// <param name="messages">Where messages come from.</param>
    /// <param name="buffers">Where the memory comes from in which payloads lie.</param>
    public Task<ConnectionEnd> RunAsync(
        Func<List<Message>, CancellationToken, ValueTask> onMessages, MessagePool messages, BufferPool buffers,
        CancellationToken stopping) => RunLoopsAsync(onMessages, messages, buffers, stopping);

    private async Task<ConnectionEnd> RunLoopsAsync(
        Func<List<Message>, CancellationToken, ValueTask> onMessages, MessagePool? messages, BufferPool buffers,
        CancellationToken stopping)
    {
        var receiver = new FrameReceiver(messages, buffers);
        var stop = stopping.UnsafeRegister(static c => ((FramedConnection)c!).Abort(CloseReason.Stopped), this);
        _lastFrame = _time.GetTimestamp();
        _silence = _time.CreateTimer(
            static c => ((FramedConnection)c!).EndIfSilent(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        _silence.Change(_options.PeerSilenceMax, Timeout.InfiniteTimeSpan);
        var writing = WriteLoopAsync(new SendBuffer(buffers));
        try
        {
            await ReadLoopAsync(onMessages, receiver).ConfigureAwait(false);
        }
        finally
        {
            // The reader ends only when nothing can follow: the peer has gone, or the time to drain is over.
            Abort(CloseReason.PeerClosed);
            receiver.LetGo();
            await _silence.DisposeAsync().ConfigureAwait(false);
            await writing.ConfigureAwait(false);
            await stop.DisposeAsync().ConfigureAwait(false);
            await _stream.DisposeAsync().ConfigureAwait(false);
            _stall.Dispose();
        }
        return End!;
    }

    private bool TryEnd(CloseReason reason, string text) =>
        Interlocked.CompareExchange(ref _end, new ConnectionEnd(reason, text), null) is null;

    // The loops go on elsewhere: whoever aborts a connection must not find itself running the end of it. This source
    // is never disposed, since an owner may abort a connection that has already ended; it holds no timer by then.
    private void CancelLoops()
    {
        _ = _abort.CancelAsync();
        _toSend.Call(here: false);
    }

    private async Task ReadLoopAsync(Func<List<Message>, CancellationToken, ValueTask> onMessages, FrameReceiver receiver)
    {
        var messages = new List<Message>();
        try
        {
            while (true)
            {
                var bytes = await _stream.ReadAsync(receiver.Room(), _abort.Token).ConfigureAwait(false);
                if (bytes == 0)
                    return;
                receiver.Arrived(bytes);
                if (End is not null)
                {
                    receiver.Discard();
                    continue;
                }

                string? problem;
                while (receiver.TryTake(out var message, out problem))
                    messages.Add(message);
                if (messages.Count > 0)
                {
                    // The time the owner takes is not the peer's silence.
                    Volatile.Write(ref _lastFrame, 0);
                    await onMessages(messages, _abort.Token).ConfigureAwait(false);
                    Volatile.Write(ref _lastFrame, _time.GetTimestamp());
                    messages.Clear();
                }

                if (problem is not null)
                    Close(CloseReason.Malformed, problem);
            }
        }
        catch (OperationCanceledException) when (_abort.IsCancellationRequested)
        {
            // Whoever aborted has said why.
        }
        catch (Exception e) when (e is IOException or SocketException or ObjectDisposedException)
        {
            TryEnd(CloseReason.ReceiveFailed, e.Message);
        }
    }

    // The timer is not set anew for each frame; it looks when the last one was, and comes back when it may be time.
    private void EndIfSilent()
    {
        var last = Volatile.Read(ref _lastFrame);
        var left = _options.PeerSilenceMax - (last == 0 ? TimeSpan.Zero : _time.GetElapsedTime(last));
        if (left > TimeSpan.Zero)
            _silence?.Change(left, Timeout.InfiniteTimeSpan);
        else
            Abort(CloseReason.PeerSilent, $"No frame arrived for {_options.PeerSilenceMax.TotalSeconds:0} s.");
    }

    private async Task WriteLoopAsync(SendBuffer gathered)
    {
        var sending = new List<(Message Message, long Bytes)>();
        try
        {
            using var writing = CancellationTokenSource.CreateLinkedTokenSource(_abort.Token, _stall.Token);
            while (!_abort.IsCancellationRequested)
            {
                // Asked first: what was queued before it was closed is still there to be taken.
                var isLast = _queue.IsClosed;
                if (_queue.TryTakeAll(ref sending))
                {
                    foreach (var (message, bytes) in sending)
                        await AppendAsync(gathered, message, bytes, writing.Token).ConfigureAwait(false);
                    await WriteGatheredAsync(gathered, writing.Token).ConfigureAwait(false);
                    _queue.Sent(sending);
                }
                else if (isLast)
                {
                    await ShutdownSendAsync().ConfigureAwait(false);
                    return;
                }
                else
                {
                    gathered.LetGo();
                    await _toSend.WaitAsync().ConfigureAwait(false);
                }
            }
        }
        catch (OperationCanceledException) when (_abort.IsCancellationRequested || _stall.IsCancellationRequested)
        {
            if (_stall.IsCancellationRequested)
                Abort(CloseReason.SendFailed, "The peer does not read what it is sent.");
        }
        catch (Exception e) when (e is IOException or SocketException or ObjectDisposedException)
        {
            Abort(CloseReason.SendFailed, e.Message);
        }
        finally
        {
            gathered.LetGo();
        }
    }

    private async ValueTask AppendAsync(SendBuffer gathered, Message message, long bytes, CancellationToken ct)
    {
        var payload = MessageCodec.PayloadOf(message);
        MessageCodec.EncodeHeader(message, bytes, gathered);
        if (payload.Length <= CopiedPayloadBytesMax)
        {
            payload.Span.CopyTo(gathered.GetSpan(payload.Length));
            gathered.Advance(payload.Length);
        }
        else
        {
            await WriteGatheredAsync(gathered, ct).ConfigureAwait(false);
            await WriteAsync(payload, ct).ConfigureAwait(false);
        }
        if (gathered.Count >= GatheredBytesMax)
            await WriteGatheredAsync(gathered, ct).ConfigureAwait(false);
    }

    private async ValueTask WriteGatheredAsync(SendBuffer gathered, CancellationToken ct)
    {
        await WriteAsync(gathered.Written, ct).ConfigureAwait(false);
        gathered.Reset();
    }

    // In pieces, so that the limit on a stalled write is one on progress and not on the size of a frame.
    private async ValueTask WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken ct)
    {
        while (!bytes.IsEmpty)
        {
            var piece = bytes[..Math.Min(bytes.Length, WriteBytesMax)];
            var writing = _stream.WriteAsync(piece, ct);
            if (!writing.IsCompletedSuccessfully)
            {
                _stall.CancelAfter(_options.WriteStallMax);
                await writing.ConfigureAwait(false);
                _stall.CancelAfter(Timeout.InfiniteTimeSpan);
            }
            else
            {
                writing.GetAwaiter().GetResult();
            }

            bytes = bytes[piece.Length..];
        }
    }

    // Closing with unread input would make the kernel reset the connection, and the peer could lose our last reply.
    // So only our direction is ended; the reader goes on, discarding, until the peer closes or the time is over.
    private async ValueTask ShutdownSendAsync()
    {
        switch (_stream)
        {
            case NetworkStream { Socket: var socket }:
                socket.Shutdown(SocketShutdown.Send);
                _abort.CancelAfter(_options.LingerMax);
                break;
            case SslStream secured:
                await secured.ShutdownAsync().ConfigureAwait(false);
                _abort.CancelAfter(_options.LingerMax);
                break;
            default:
                CancelLoops();
                break;
        }
    }
}
