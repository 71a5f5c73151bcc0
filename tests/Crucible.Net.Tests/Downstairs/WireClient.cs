using System.Buffers;
using System.Net;
using System.Net.Sockets;
using Crucible.Wire;

namespace Crucible.Net.Tests.Downstairs;

/// <summary>The upstairs' end of a connection as bare frames. Every wait has a limit, so a hang is a failure.</summary>
internal sealed class WireClient : IDisposable
{
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private readonly Socket _socket = new(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };

    public static async Task<WireClient> ConnectAsync(IPEndPoint to)
    {
        var client = new WireClient();
        await client._socket.ConnectAsync(to).WaitAsync(Patience);
        return client;
    }

    public Task SendAsync(Message message)
    {
        var buffer = new ArrayBufferWriter<byte>();
        MessageCodec.Encode(message, buffer);
        return SendAsync(buffer.WrittenMemory);
    }

    public async Task SendAsync(ReadOnlyMemory<byte> bytes)
    {
        while (!bytes.IsEmpty)
            bytes = bytes[await _socket.SendAsync(bytes).AsTask().WaitAsync(Patience)..];
    }

    /// <summary>The next whole frame, length prefix included; null once the server has closed.</summary>
    public async Task<byte[]?> ReceiveFrameAsync()
    {
        var prefix = await ReceiveAsync(4);
        if (prefix is null)
            return null;
        var rest = await ReceiveAsync((int)BitConverter.ToUInt32(prefix) - 4);
        return rest is null ? null : [.. prefix, .. rest];
    }

    public async Task<Message?> ReceiveAsync()
    {
        var frame = await ReceiveFrameAsync();
        if (frame is null)
            return null;
        Assert.True(MessageCodec.TryDecode(frame.AsMemory(4), out var message, out var error), error?.ToString());
        return message;
    }

    public async Task<T> AskAsync<T>(Message message)
        where T : Message
    {
        await SendAsync(message);
        return Assert.IsType<T>(await ReceiveAsync());
    }

    public void Reset()
    {
        _socket.LingerState = new LingerOption(enable: true, 0);
        _socket.Dispose();
    }

    public void Dispose() => _socket.Dispose();

    private async Task<byte[]?> ReceiveAsync(int count)
    {
        var bytes = new byte[count];
        for (var at = 0; at < count;)
        {
            var read = await _socket.ReceiveAsync(bytes.AsMemory(at)).AsTask().WaitAsync(Patience);
            if (read == 0)
                return null;
            at += read;
        }
        return bytes;
    }
}
