using System.Net;
using System.Net.Sockets;

namespace PropolisActors.Benchmarks.DataPath;

/// <summary>
/// What the sockets alone cost: three bare servers in this process that take the bytes of each request and answer with
/// the bytes of a reply, and a client that sends every request to all three and counts it done when all have answered.
/// No frames, no checks, no copies; everything that is possible goes in one call.
/// </summary>
internal sealed class Floor : IAsyncDisposable
{
    private const int BufferBytes = 256 * 1024;

    private readonly Traffic _traffic;
    private readonly Socket[] _sockets = new Socket[3];
    private readonly long[] _answered = new long[3];
    private readonly byte[] _requests;
    private readonly SemaphoreSlim _sending = new(1);
    private readonly List<Task> _running = [];
    private readonly List<Socket> _served = [];
    private long _asked;
    private volatile bool _stopping;

    private Floor(Traffic traffic)
    {
        _traffic = traffic;
        _requests = new byte[Math.Max(traffic.RequestBytes, BufferBytes / traffic.RequestBytes * traffic.RequestBytes)];
    }

    /// <summary>Operations that all three have answered.</summary>
    public long Done => Math.Min(Volatile.Read(ref _answered[0]), Math.Min(Volatile.Read(ref _answered[1]), Volatile.Read(ref _answered[2])));

    /// <summary>Connects and keeps the traffic's depth of requests under way from now on.</summary>
    public static async Task<Floor> StartAsync(Traffic traffic)
    {
        var floor = new Floor(traffic);
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        for (var i = 0; i < floor._sockets.Length; i++)
        {
            var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            await socket.ConnectAsync(listener.LocalEndpoint).ConfigureAwait(false);
            floor._sockets[i] = socket;
            var served = await listener.AcceptSocketAsync().ConfigureAwait(false);
            served.NoDelay = true;
            floor._served.Add(served);
            floor._running.Add(Task.Run(() => ServeAsync(served, traffic)));
        }

        for (var i = 0; i < floor._sockets.Length; i++)
        {
            var slot = i;
            floor._running.Add(Task.Run(() => floor.ReceiveAsync(slot)));
        }

        await floor.AskAsync().ConfigureAwait(false);
        return floor;
    }

    public async ValueTask DisposeAsync()
    {
        _stopping = true;
        foreach (var socket in _sockets)
            socket.Shutdown(SocketShutdown.Send);
        await Task.WhenAll(_running).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        foreach (var socket in _sockets.Concat(_served))
            socket.Dispose();
        _sending.Dispose();
    }

    private static async Task ServeAsync(Socket socket, Traffic traffic)
    {
        var buffer = new byte[BufferBytes];
        var replies = new byte[Math.Max(traffic.ReplyBytes, BufferBytes / traffic.ReplyBytes * traffic.ReplyBytes)];
        var unanswered = 0L;
        while (await socket.ReceiveAsync(buffer).ConfigureAwait(false) is var count and > 0)
        {
            unanswered += count;
            while (unanswered >= traffic.RequestBytes)
            {
                var now = (int)Math.Min(unanswered / traffic.RequestBytes, replies.Length / traffic.ReplyBytes);
                unanswered -= (long)now * traffic.RequestBytes;
                await SendAllAsync(socket, replies.AsMemory(0, now * traffic.ReplyBytes)).ConfigureAwait(false);
            }
        }

        socket.Shutdown(SocketShutdown.Both);
    }

    private async Task ReceiveAsync(int slot)
    {
        var buffer = new byte[BufferBytes];
        var received = 0L;
        while (await _sockets[slot].ReceiveAsync(buffer).ConfigureAwait(false) is var count and > 0)
        {
            received += count;
            Volatile.Write(ref _answered[slot], received / _traffic.ReplyBytes);
            await AskAsync().ConfigureAwait(false);
        }
    }

    /// <summary>Sends as many requests as there is room for.</summary>
    private async Task AskAsync()
    {
        while (Room() > 0 && await _sending.WaitAsync(0).ConfigureAwait(false))
        {
            var now = (int)Math.Min(Room(), _requests.Length / _traffic.RequestBytes);
            if (now > 0)
            {
                _asked += now;
                foreach (var socket in _sockets)
                    await SendAllAsync(socket, _requests.AsMemory(0, now * _traffic.RequestBytes)).ConfigureAwait(false);
            }

            _sending.Release();
        }
    }

    private long Room() => _stopping ? 0 : Done + _traffic.Depth - Volatile.Read(ref _asked);

    private static async ValueTask SendAllAsync(Socket socket, ReadOnlyMemory<byte> bytes)
    {
        while (!bytes.IsEmpty)
            bytes = bytes[await socket.SendAsync(bytes, SocketFlags.None).ConfigureAwait(false)..];
    }
}
