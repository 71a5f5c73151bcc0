using System.Net.WebSockets;
using System.Text;
using Akka.Actor;
using PropolisActors.Protocols;

namespace PropolisActors.Gateway.Tests;

/// <summary>How a console's last words look on its WebSocket.</summary>
public class ConsoleSocketTests
{
    [Fact]
    public async Task A_guest_that_goes_on_elsewhere_is_told_in_one_text_frame_before_the_connection_drops()
    {
        await using var server = await StartAsync(new SerialProtocol.Moved("[::1]:12400", 1_048_577));
        using var socket = await ConnectAsync(server);
        var buffer = new byte[1000];

        var received = await socket.ReceiveAsync(buffer, CancellationToken.None).WaitAsync(RawHttp.Patience);

        Assert.Equal((WebSocketMessageType.Text, true), (received.MessageType, received.EndOfMessage));
        Assert.Equal(
            """{"Migrating":{"destination":"[::1]:12400","from_start":1048577}}""",
            Encoding.UTF8.GetString(buffer, 0, received.Count));
        await AssertDroppedAsync(socket);
    }

    [Fact]
    public async Task A_reader_that_fell_out_of_the_history_is_dropped_without_a_close_frame()
    {
        await using var server = await StartAsync(new SerialProtocol.Closed(VmStopped: false));
        using var socket = await ConnectAsync(server);
        await AssertDroppedAsync(socket);
    }

    [Fact]
    public async Task A_stopped_vm_closes_with_1001_and_the_contracts_reason()
    {
        await using var server = await StartAsync(new SerialProtocol.Closed(VmStopped: true));
        using var socket = await ConnectAsync(server);
        var received = await socket.ReceiveAsync(new byte[10], CancellationToken.None).WaitAsync(RawHttp.Patience);
        Assert.Equal(WebSocketMessageType.Close, received.MessageType);
        Assert.Equal((1001, "VM stopped"), ((int?)socket.CloseStatus, socket.CloseStatusDescription));
    }

    private static Task<GatewayServer> StartAsync(object lastWord) =>
        GatewayServer.StartAsync(Props.Create(() => new Console(lastWord)));

    private static async Task<ClientWebSocket> ConnectAsync(GatewayServer server)
    {
        var socket = new ClientWebSocket();
        socket.Options.SetRequestHeader("api-version", "5.0.0");
        await socket.ConnectAsync(new Uri($"ws://{server.Address}/instance/serial"), CancellationToken.None)
            .WaitAsync(RawHttp.Patience);
        return socket;
    }

    private static async Task AssertDroppedAsync(ClientWebSocket socket)
    {
        var error = await Assert.ThrowsAsync<WebSocketException>(
            () => socket.ReceiveAsync(new byte[10], CancellationToken.None).WaitAsync(RawHttp.Patience));
        Assert.Equal(WebSocketError.ConnectionClosedPrematurely, error.WebSocketErrorCode);
    }

    /// <summary>A console that has one thing to say to whoever comes.</summary>
    private sealed class Console : ReceiveActor
    {
        public Console(object lastWord) => Receive<SerialProtocol.Attach>(attach =>
        {
            Sender.Tell(new SerialProtocol.Attached(Self));
            attach.Reader.Tell(lastWord);
        });
    }
}
