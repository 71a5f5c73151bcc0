using System.Net.WebSockets;
using System.Text;

namespace PropolisActors.Gateway.Tests;

/// <summary>A reader of a VM's console.</summary>
internal sealed class TestConsole : IDisposable
{
    private readonly ClientWebSocket _socket = new();
    private readonly byte[] _buffer = new byte[20_000];

    private TestConsole() => _socket.Options.SetRequestHeader("api-version", "5.0.0");

    public static async Task<TestConsole> OpenAsync(
        GatewayServer server, string query = "from_start=0", string prefix = "")
    {
        var console = new TestConsole();
        await console._socket.ConnectAsync(
            new Uri($"ws://{server.Address}{prefix}/instance/serial?{query}"), CancellationToken.None).WaitAsync(RawHttp.Patience);
        return console;
    }

    public Task TypeAsync(string text) => _socket
        .SendAsync(Encoding.ASCII.GetBytes(text), WebSocketMessageType.Binary, true, CancellationToken.None)
        .WaitAsync(RawHttp.Patience);

    /// <summary>Reads until a text has come, and gives all that came.</summary>
    public async Task<string> ReadToAsync(string text)
    {
        var seen = new StringBuilder();
        while (!seen.ToString().Contains(text, StringComparison.Ordinal))
        {
            var received = await _socket.ReceiveAsync(_buffer, CancellationToken.None).WaitAsync(RawHttp.Patience);
            Assert.Equal(WebSocketMessageType.Binary, received.MessageType);
            seen.Append(Encoding.ASCII.GetString(_buffer, 0, received.Count));
        }

        return seen.ToString();
    }

    public void Dispose() => _socket.Dispose();
}
