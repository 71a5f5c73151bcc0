using System.Buffers;
using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using Crucible.Wire;

namespace Crucible.Net.Replay;

/// <summary>The upstairs' end of a connection as bare frames. Every wait ends with the token it is given.</summary>
internal sealed class ReplayConnection : IDisposable
{
    private readonly Socket _socket;
    private readonly NetworkStream _stream;

    private ReplayConnection(Socket socket)
    {
        _socket = socket;
        _stream = new NetworkStream(socket, ownsSocket: true);
    }

    public static async Task<ReplayConnection> OpenAsync(IPEndPoint server, CancellationToken ct)
    {
        var socket = new Socket(server.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(server, ct).ConfigureAwait(false);
            return new ReplayConnection(socket);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>Sends a whole frame.</summary>
    public ValueTask SendAsync(ReadOnlyMemory<byte> frame, CancellationToken ct) => _stream.WriteAsync(frame, ct);

    public ValueTask SendAsync(Message message, CancellationToken ct)
    {
        var frame = new ArrayBufferWriter<byte>();
        MessageCodec.Encode(message, frame);
        return SendAsync(frame.WrittenMemory, ct);
    }

    /// <summary>The next frame with its length prefix; null once the server has closed.</summary>
    /// <exception cref="InvalidDataException">The length is out of range, or the server closed within it.</exception>
    public async Task<byte[]?> ReceiveAsync(CancellationToken ct)
    {
        var prefix = new byte[sizeof(uint)];
        var read = await _stream.ReadAtLeastAsync(prefix, prefix.Length, throwOnEndOfStream: false, ct)
            .ConfigureAwait(false);
        if (read == 0)
            return null;
        var length = BinaryPrimitives.ReadUInt32LittleEndian(prefix);
        if (read < prefix.Length || length is < ProtocolLimits.MinFrameBytes or > ProtocolLimits.MaxFrameBytes)
            throw new InvalidDataException($"A frame began with {Convert.ToHexStringLower(prefix.AsSpan(0, read))}.");
        var frame = new byte[length];
        prefix.CopyTo(frame, 0);
        await _stream.ReadExactlyAsync(frame.AsMemory(prefix.Length), ct).ConfigureAwait(false);
        return frame;
    }

    /// <summary>Says that nothing more will be sent, and keeps listening.</summary>
    public void FinishSending() => _socket.Shutdown(SocketShutdown.Send);

    public void Dispose() => _stream.Dispose();
}
