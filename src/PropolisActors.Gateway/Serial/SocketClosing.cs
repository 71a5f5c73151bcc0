using System.Net.WebSockets;

namespace PropolisActors.Gateway.Serial;

/// <summary>Ends WebSockets politely.</summary>
internal sealed class SocketClosing(GatewayOptions options, TimeProvider time)
{
    /// <summary>Sends a close frame and gives the client some time to answer it.</summary>
    /// <param name="socket">Open, or closed by the client.</param>
    /// <param name="status">Why.</param>
    /// <param name="reason">The same in words, or null.</param>
    /// <param name="receiving">Ends when the client has answered.</param>
    public async Task CloseAsync(WebSocket socket, WebSocketCloseStatus status, string? reason, Task receiving)
    {
        using var late = new CancellationTokenSource(options.CloseTime, time);
        await socket.CloseOutputAsync(status, reason, late.Token);
        await receiving.WaitAsync(late.Token);
    }
}
