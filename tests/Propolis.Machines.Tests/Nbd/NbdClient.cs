using System.Buffers.Binary;
using System.Net.Sockets;
using System.Text;

namespace Propolis.Machines.Tests.Nbd;

/// <summary>Speaks NBD byte by byte, so that a test can also say what no real client says.</summary>
internal sealed class NbdClient : IDisposable
{
    public const ulong OptionMagic = 0x49484156454f5054;
    private readonly Socket _socket;

    private NbdClient(Socket socket) => _socket = socket;

    /// <summary>Sends every byte by itself.</summary>
    public bool IsSlow { get; init; }

    public static async Task<NbdClient> ConnectAsync(string path, bool isSlow = false)
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        await socket.ConnectAsync(new UnixDomainSocketEndPoint(path));
        return new NbdClient(socket) { IsSlow = isSlow };
    }

    /// <summary>Greets, asks for structured replies if told to, and chooses an export.</summary>
    /// <returns>Size and flags of the export.</returns>
    public async Task<(ulong SizeBytes, ushort Flags)> ChooseAsync(string name, bool isStructured = false)
    {
        await GreetAsync();
        if (isStructured)
        {
            await OptionAsync(8, []);
            Assert.Equal(1u, (await OptionReplyAsync()).Type);
        }

        await OptionAsync(7, InfoPayload(name));
        (ulong Size, ushort Flags) facts = default;
        for (var reply = await OptionReplyAsync(); reply.Type != 1; reply = await OptionReplyAsync())
        {
            Assert.True(reply.Type == 3, Encoding.UTF8.GetString(reply.Payload));
            if (BinaryPrimitives.ReadUInt16BigEndian(reply.Payload) == 0)
                facts = (BinaryPrimitives.ReadUInt64BigEndian(reply.Payload.AsSpan(2)), BinaryPrimitives.ReadUInt16BigEndian(reply.Payload.AsSpan(10)));
        }

        return facts;
    }

    public async Task GreetAsync()
    {
        Assert.Equal("4E42444D41474943" + "49484156454F5054" + "0003", Convert.ToHexString(await ReadAsync(18)));
        await SendAsync([0, 0, 0, 3]);
    }

    public static byte[] InfoPayload(string name, params ushort[] asked)
    {
        var text = Encoding.UTF8.GetBytes(name);
        var payload = new byte[4 + text.Length + 2 + (2 * asked.Length)];
        BinaryPrimitives.WriteUInt32BigEndian(payload, (uint)text.Length);
        text.CopyTo(payload, 4);
        BinaryPrimitives.WriteUInt16BigEndian(payload.AsSpan(4 + text.Length), (ushort)asked.Length);
        for (var i = 0; i < asked.Length; i++)
            BinaryPrimitives.WriteUInt16BigEndian(payload.AsSpan(6 + text.Length + (2 * i)), asked[i]);
        return payload;
    }

    public Task OptionAsync(uint option, byte[] payload)
    {
        var bytes = new byte[16 + payload.Length];
        BinaryPrimitives.WriteUInt64BigEndian(bytes, OptionMagic);
        BinaryPrimitives.WriteUInt32BigEndian(bytes.AsSpan(8), option);
        BinaryPrimitives.WriteUInt32BigEndian(bytes.AsSpan(12), (uint)payload.Length);
        payload.CopyTo(bytes, 16);
        return SendAsync(bytes);
    }

    public async Task<(uint Option, uint Type, byte[] Payload)> OptionReplyAsync()
    {
        var header = await ReadAsync(20);
        Assert.Equal(0x0003e889045565a9u, BinaryPrimitives.ReadUInt64BigEndian(header));
        var payload = await ReadAsync((int)BinaryPrimitives.ReadUInt32BigEndian(header.AsSpan(16)));
        return (BinaryPrimitives.ReadUInt32BigEndian(header.AsSpan(8)), BinaryPrimitives.ReadUInt32BigEndian(header.AsSpan(12)), payload);
    }

    public Task RequestAsync(ushort command, ulong cookie, ulong offset, uint length, byte[]? payload = null, ushort flags = 0)
    {
        var bytes = new byte[28 + (payload?.Length ?? 0)];
        BinaryPrimitives.WriteUInt32BigEndian(bytes, 0x25609513);
        BinaryPrimitives.WriteUInt16BigEndian(bytes.AsSpan(4), flags);
        BinaryPrimitives.WriteUInt16BigEndian(bytes.AsSpan(6), command);
        BinaryPrimitives.WriteUInt64BigEndian(bytes.AsSpan(8), cookie);
        BinaryPrimitives.WriteUInt64BigEndian(bytes.AsSpan(16), offset);
        BinaryPrimitives.WriteUInt32BigEndian(bytes.AsSpan(24), length);
        payload?.CopyTo(bytes, 28);
        return SendAsync(bytes);
    }

    public async Task<(uint Error, ulong Cookie)> ReplyAsync()
    {
        var header = await ReadAsync(16);
        Assert.Equal(0x67446698u, BinaryPrimitives.ReadUInt32BigEndian(header));
        return (BinaryPrimitives.ReadUInt32BigEndian(header.AsSpan(4)), BinaryPrimitives.ReadUInt64BigEndian(header.AsSpan(8)));
    }

    public async Task SendAsync(byte[] bytes)
    {
        var step = IsSlow ? 1 : bytes.Length;
        for (var at = 0; at < bytes.Length; at += step)
            await _socket.SendAsync(bytes.AsMemory(at, step));
    }

    public async Task<byte[]> ReadAsync(int count)
    {
        var bytes = new byte[count];
        for (var at = 0; at < count;)
        {
            var got = await _socket.ReceiveAsync(bytes.AsMemory(at));
            Assert.True(got > 0, "the server closed the connection");
            at += got;
        }

        return bytes;
    }

    /// <summary>Whatever comes until the server closes.</summary>
    public async Task<int> BytesUntilClosedAsync()
    {
        var bytes = new byte[4096];
        var all = 0;
        try
        {
            for (int got; (got = await _socket.ReceiveAsync(bytes)) > 0;)
                all += got;
        }
        catch (SocketException)
        {
            // Closed with bytes of ours unread.
        }

        return all;
    }

    public void Dispose() => _socket.Dispose();
}
