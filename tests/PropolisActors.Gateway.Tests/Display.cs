using System.Net.WebSockets;

namespace PropolisActors.Gateway.Tests;

/// <summary>A client of a display that keeps what came as one stream, as RFB sees it.</summary>
internal sealed class Display : IDisposable
{
    private readonly ClientWebSocket _socket = new();
    private readonly byte[] _buffer = new byte[65536];
    private int _start;
    private int _end;

    private Display() => _socket.Options.SetRequestHeader("api-version", "5.0.0");

    public static async Task<Display> ConnectAsync(GatewayServer server, string prefix = "")
    {
        var display = new Display();
        await display._socket.ConnectAsync(new Uri($"ws://{server.Address}{prefix}/instance/vnc"), CancellationToken.None)
            .WaitAsync(RawHttp.Patience);
        return display;
    }

    /// <summary>Connects and shakes hands.</summary>
    public static async Task<Display> OpenAsync(GatewayServer server, string prefix = "")
    {
        var display = await ConnectAsync(server, prefix);
        await display.SendAsync([.. "RFB 003.008\n"u8, 1, 0]);
        await display.ReadAsync(12 + 3 + 4 + 36);
        return display;
    }

    public Task SendAsync(params byte[] data) => _socket
        .SendAsync(data, WebSocketMessageType.Binary, endOfMessage: true, CancellationToken.None).WaitAsync(RawHttp.Patience);

    public Task AskForPictureAsync(bool isIncremental = false) =>
        SendAsync(3, (byte)(isIncremental ? 1 : 0), 0, 0, 0, 0, 3, 32, 2, 88);

    /// <summary>The pixels of one update, which is to be raw and of the whole picture.</summary>
    public async Task<byte[]> ReadPictureAsync(int bytesPerPixel)
    {
        Assert.Equal([0, 0, 0, 1, 0, 0, 0, 0, 3, 32, 2, 88, 0, 0, 0, 0], await ReadAsync(16));
        return await ReadAsync(800 * 600 * bytesPerPixel);
    }

    public async Task<byte[]> ReadAsync(int count)
    {
        var bytes = new byte[count];
        for (var have = 0; have < count;)
        {
            if (_start == _end)
            {
                var received = await _socket.ReceiveAsync(_buffer, CancellationToken.None).WaitAsync(RawHttp.Patience);
                Assert.Equal(WebSocketMessageType.Binary, received.MessageType);
                (_start, _end) = (0, received.Count);
            }

            var taken = Math.Min(count - have, _end - _start);
            _buffer.AsSpan(_start, taken).CopyTo(bytes.AsSpan(have));
            (_start, have) = (_start + taken, have + taken);
        }

        return bytes;
    }

    public async Task AssertDroppedAsync() => await Assert.ThrowsAsync<WebSocketException>(async () =>
    {
        // What was under way may still come.
        while (true)
            await _socket.ReceiveAsync(_buffer, CancellationToken.None).WaitAsync(RawHttp.Patience);
    });

    public void Dispose() => _socket.Dispose();
}
