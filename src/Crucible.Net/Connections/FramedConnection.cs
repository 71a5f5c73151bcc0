using System.Buffers;
using System.IO.Pipelines;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Threading.Channels;
using Crucible.Wire;

namespace Crucible.Net.Connections;

/// <summary>
/// One protocol connection over a stream: frames in, frames out, a limit on silence, and an orderly end. It knows
/// nothing of what messages mean and never sends one by itself (pings are the upstairs' business).
/// </summary>
/// <remarks>
/// <para>Two loops run inside <see cref="RunAsync"/>. The reader hands each message to its owner, one at a time, in
/// order. The writer takes everything queued since its last write and sends it together.</para>
/// <para>Memory: a message handed to the owner owns its bytes (a payload is copied once, out of the receive buffer), so
/// it may be kept as long as needed. A message given to <see cref="TrySend"/> must not be changed afterwards.</para>
/// <para>The stream belongs to the connection and is disposed when <see cref="RunAsync"/> ends. The owner sets
/// TCP_NODELAY and does a TLS handshake beforehand.</para>
/// </remarks>
public sealed class FramedConnection
{
    private const int CopiedPayloadBytesMax = 16 * 1024;
    private const int WriteBytesMax = 1024 * 1024;
    private const int ReceiveBufferBytes = 64 * 1024;

    private readonly Stream _stream;
    private readonly ConnectionOptions _options;
    private readonly Channel<Message> _queue = Channel.CreateUnbounded<Message>(new() { SingleReader = true });
    private readonly ArrayBufferWriter<byte> _batch = new();
    private readonly CancellationTokenSource _abort;
    private readonly CancellationTokenSource _silence;
    private readonly CancellationTokenSource _stall;
    private ConnectionEnd? _end;
    private int _queuedFrames;
    private long _queuedBytes;

    /// <summary>Wraps a connected transport; nothing happens before <see cref="RunAsync"/>.</summary>
    public FramedConnection(Stream stream, ConnectionOptions options, TimeProvider time)
    {
        _stream = stream;
        _options = options;
        _abort = new CancellationTokenSource(Timeout.InfiniteTimeSpan, time);
        _silence = new CancellationTokenSource(Timeout.InfiniteTimeSpan, time);
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
        var bytes = MessageCodec.FrameLength(message);
        if (bytes > ProtocolLimits.MaxFrameBytes)
            throw new FrameTooLargeException(message.Kind, bytes);
        if (End is not null)
            return false;

        var frames = Interlocked.Increment(ref _queuedFrames);
        var queued = Interlocked.Add(ref _queuedBytes, bytes);
        var fits = frames <= _options.QueuedFramesMax && (queued <= _options.QueuedBytesMax || queued == bytes);
        if (fits && _queue.Writer.TryWrite(message))
            return true;

        Sent(bytes);
        return false;
    }

    /// <summary>Ends the connection: what is queued is still written, nothing more is delivered. Safe from any thread;
    /// a repeat does nothing. <see cref="RunAsync"/> then ends within <see cref="ConnectionOptions.DrainMax"/> and
    /// <see cref="ConnectionOptions.LingerMax"/>.</summary>
    public void Close(CloseReason reason, string text = "")
    {
        if (!TryEnd(reason, text))
            return;
        _queue.Writer.TryComplete();
        _abort.CancelAfter(_options.DrainMax);
    }

    /// <summary>Ends the connection at once; what is queued is dropped. Safe from any thread.</summary>
    public void Abort(CloseReason reason, string text = "")
    {
        TryEnd(reason, text);
        _queue.Writer.TryComplete();
        CancelLoops();
    }

    /// <summary>Runs both loops until the connection has ended, then disposes the stream. To be called once.</summary>
    /// <param name="onMessage">Called for each message, in order, never two at a time. While it waits, nothing more
    /// is read: that is the back-pressure on the peer.</param>
    /// <param name="stopping">Aborts the connection.</param>
    /// <returns>How it ended. Throws only what <paramref name="onMessage"/> throws.</returns>
    public async Task<ConnectionEnd> RunAsync(
        Func<Message, CancellationToken, ValueTask> onMessage, CancellationToken stopping)
    {
        var stop = stopping.UnsafeRegister(static c => ((FramedConnection)c!).Abort(CloseReason.Stopped), this);
        var writing = WriteLoopAsync();
        try
        {
            await ReadLoopAsync(onMessage).ConfigureAwait(false);
        }
        finally
        {
            // The reader ends only when nothing can follow: the peer has gone, or the time to drain is over.
            Abort(CloseReason.PeerClosed);
            await writing.ConfigureAwait(false);
            await stop.DisposeAsync().ConfigureAwait(false);
            await _stream.DisposeAsync().ConfigureAwait(false);
            _silence.Dispose();
            _stall.Dispose();
        }
        return End!;
    }

    private bool TryEnd(CloseReason reason, string text) =>
        Interlocked.CompareExchange(ref _end, new ConnectionEnd(reason, text), null) is null;

    // The loops go on elsewhere: whoever aborts a connection must not find itself running the end of it. This source
    // is never disposed, since an owner may abort a connection that has already ended; it holds no timer by then.
    private void CancelLoops() => _ = _abort.CancelAsync();

    private async Task ReadLoopAsync(Func<Message, CancellationToken, ValueTask> onMessage)
    {
        var reader = PipeReader.Create(_stream, new(bufferSize: ReceiveBufferBytes, leaveOpen: true, useZeroByteReads: true));
        using var waiting = CancellationTokenSource.CreateLinkedTokenSource(_abort.Token, _silence.Token);
        try
        {
            _silence.CancelAfter(_options.PeerSilenceMax);
            while (true)
            {
                var read = await reader.ReadAsync(waiting.Token).ConfigureAwait(false);
                var unread = read.Buffer;
                var took = false;
                while (TryTake(ref unread, out var message))
                {
                    // The time the owner takes is not the peer's silence.
                    if (!took)
                        _silence.CancelAfter(Timeout.InfiniteTimeSpan);
                    took = true;
                    await onMessage(message, _abort.Token).ConfigureAwait(false);
                }

                if (End is not null)
                    unread = unread.Slice(unread.End);
                reader.AdvanceTo(unread.Start, unread.End);
                if (read.IsCompleted)
                    return;
                if (took)
                    _silence.CancelAfter(_options.PeerSilenceMax);
            }
        }
        // A linked token follows its sources a moment later, so the sources are asked.
        catch (OperationCanceledException) when (_abort.IsCancellationRequested || _silence.IsCancellationRequested)
        {
            if (_silence.IsCancellationRequested)
                TryEnd(CloseReason.PeerSilent, $"No frame arrived for {_options.PeerSilenceMax.TotalSeconds:0} s.");
        }
        catch (Exception e) when (e is IOException or SocketException or ObjectDisposedException)
        {
            TryEnd(CloseReason.ReceiveFailed, e.Message);
        }
        finally
        {
            await reader.CompleteAsync().ConfigureAwait(false);
        }
    }

    private bool TryTake(ref ReadOnlySequence<byte> unread, out Message message)
    {
        message = null!;
        if (End is not null)
            return false;
        switch (FrameReader.TryTake(ref unread, out var frame))
        {
            case FrameStatus.Incomplete:
                return false;
            case FrameStatus.Malformed:
                Close(CloseReason.Malformed, "The length of a frame is out of range.");
                return false;
        }
        if (TryDecode(frame, out var decoded, out var error))
        {
            message = decoded;
            return true;
        }
        Close(CloseReason.Malformed, error);
        return false;
    }

    // Only three kinds alias the frame they were read from; those get an array of their own.
    private static bool TryDecode(in ReadOnlySequence<byte> frame, out Message message, out string error)
    {
        var kind = (MessageKind)PeekUInt32(frame);
        DecodeError? problem;
        bool good;
        if (kind is MessageKind.Write or MessageKind.WriteUnwritten or MessageKind.ReadResponse or MessageKind.Unknown)
        {
            var own = GC.AllocateUninitializedArray<byte>((int)frame.Length);
            frame.CopyTo(own);
            good = MessageCodec.TryDecode(own.AsMemory(), out message!, out problem);
        }
        else
        {
            good = MessageCodec.TryDecode(frame, out message!, out problem);
        }
        error = problem?.ToString() ?? "";
        return good;
    }

    private static uint PeekUInt32(in ReadOnlySequence<byte> frame)
    {
        var reader = new SequenceReader<byte>(frame);
        return reader.TryReadLittleEndian(out int value) ? (uint)value : uint.MaxValue;
    }

    private async Task WriteLoopAsync()
    {
        using var writing = CancellationTokenSource.CreateLinkedTokenSource(_abort.Token, _stall.Token);
        try
        {
            while (await _queue.Reader.WaitToReadAsync(_abort.Token).ConfigureAwait(false))
            {
                while (_queue.Reader.TryRead(out var message))
                    await AppendAsync(message, writing.Token).ConfigureAwait(false);
                await WriteBatchAsync(writing.Token).ConfigureAwait(false);
            }
            await ShutdownSendAsync().ConfigureAwait(false);
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
    }

    private async ValueTask AppendAsync(Message message, CancellationToken ct)
    {
        var payload = MessageCodec.PayloadOf(message);
        var bytes = MessageCodec.EncodeHeader(message, _batch) + (long)payload.Length;
        if (payload.Length <= CopiedPayloadBytesMax)
        {
            _batch.Write(payload.Span);
        }
        else
        {
            await WriteBatchAsync(ct).ConfigureAwait(false);
            await WriteAsync(payload, ct).ConfigureAwait(false);
        }
        if (_batch.WrittenCount >= WriteBytesMax)
            await WriteBatchAsync(ct).ConfigureAwait(false);
        Sent(bytes);
    }

    private async ValueTask WriteBatchAsync(CancellationToken ct)
    {
        await WriteAsync(_batch.WrittenMemory, ct).ConfigureAwait(false);
        _batch.ResetWrittenCount();
    }

    // In pieces, so that the limit on a stalled write is one on progress and not on the size of a frame.
    private async ValueTask WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken ct)
    {
        while (!bytes.IsEmpty)
        {
            var piece = bytes[..Math.Min(bytes.Length, WriteBytesMax)];
            _stall.CancelAfter(_options.WriteStallMax);
            await _stream.WriteAsync(piece, ct).ConfigureAwait(false);
            _stall.CancelAfter(Timeout.InfiniteTimeSpan);
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

    private void Sent(long bytes)
    {
        Interlocked.Decrement(ref _queuedFrames);
        Interlocked.Add(ref _queuedBytes, -bytes);
    }
}
