using System.Net.WebSockets;
using System.Threading.Channels;
using Akka.Actor;
using Propolis.Core.Serial;
using PropolisActors.Gateway.Json;
using PropolisActors.Protocols;

namespace PropolisActors.Gateway.Serial;

/// <summary>
/// Joins WebSockets to consoles. Returning without a close frame drops the connection, which is how the contract
/// reports everything but a stopped VM. Source: propolis-server API, section 14.3.
/// </summary>
internal sealed class SerialSockets(
    Vms vms, ActorSystem system, SocketClosing closing, GatewayOptions options, TimeProvider time)
{
    private const int InputBytesMax = 4096;
    private const string VmStopped = "VM stopped";

    /// <summary>Runs until either side ends.</summary>
    /// <param name="socket">Just accepted.</param>
    /// <param name="vm">Whose console.</param>
    /// <param name="start">Null for live output only.</param>
    /// <param name="ended">The client has gone, or the service stops.</param>
    public async Task RunAsync(WebSocket socket, VmName vm, SerialStart? start, CancellationToken ended)
    {
        var news = Channel.CreateBounded<SerialNews>(SerialReader.NewsMax);
        var reader = system.ActorOf(SerialReader.Props(news.Writer));
        try
        {
            if (await vms.AskAsync(new SerialProtocol.Attach(vm, reader, start)) is not SerialProtocol.Attached attached)
                return;
            reader.Tell(new SerialReader.Follow(attached.Console), ActorRefs.NoSender);
            await JoinAsync(socket, attached.Console, reader, news, ended);
        }
        finally
        {
            system.Stop(reader);
        }
    }

    private async Task JoinAsync(
        WebSocket socket, IActorRef console, IActorRef reader, Channel<SerialNews> news, CancellationToken ended)
    {
        using var over = CancellationTokenSource.CreateLinkedTokenSource(ended);
        var receiving = ReceiveAsync(socket, console, news.Writer, over.Token);
        try
        {
            if (await SendAsync(socket, console, reader, news.Reader, over.Token))
                await closing.CloseAsync(socket, WebSocketCloseStatus.EndpointUnavailable, VmStopped, receiving);
            else if (socket.State == WebSocketState.CloseReceived)
                await closing.CloseAsync(socket, WebSocketCloseStatus.NormalClosure, null, receiving);
            else if (!receiving.IsCompleted)
            {
                // Cancelling the reader would reset the connection, and what was sent last would be lost with it. It ends by
                // itself when the connection does, which is when this returns.
                return;
            }
        }
        catch (Exception e) when (e is WebSocketException or OperationCanceledException)
        {
            // The client has gone, or takes nothing: there is nobody to tell.
        }

        await over.CancelAsync();
        await receiving;
    }

    /// <summary>Sends output until either side ends.</summary>
    /// <returns>True when the VM stopped; false when the connection is to be ended for another reason.</returns>
    private async Task<bool> SendAsync(
        WebSocket socket, IActorRef console, IActorRef reader, ChannelReader<SerialNews> news, CancellationToken over)
    {
        await foreach (var item in news.ReadAllAsync(over))
        {
            if (item is SerialNews.End end)
                return end.VmStopped;
            using var late = new CancellationTokenSource(options.SendTime, time);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(over, late.Token);
            if (item is SerialNews.Moved moved)
                await socket.SendAsync(MovedText(moved), WebSocketMessageType.Text, endOfMessage: true, either.Token);
            if (item is not SerialNews.Output output)
                return false;
            await socket.SendAsync(output.Data, WebSocketMessageType.Binary, endOfMessage: true, either.Token);
            console.Tell(new SerialProtocol.OutputTaken(reader), ActorRefs.NoSender);
        }

        return false;
    }

    /// <summary>The one control message: where to read on.</summary>
    private static byte[] MovedText(SerialNews.Moved moved) => JsonBody.Write(json =>
    {
        json.WriteStartObject();
        json.WriteStartObject("Migrating");
        json.WriteString("destination", moved.Destination);
        json.WriteNumber("from_start", moved.FromStart);
        json.WriteEndObject();
        json.WriteEndObject();
    });

    /// <summary>Hands keyboard input on. Ends with the connection, and ends the sending with it.</summary>
    private static async Task ReceiveAsync(
        WebSocket socket, IActorRef console, ChannelWriter<SerialNews> news, CancellationToken over)
    {
        var buffer = new byte[InputBytesMax];
        try
        {
            while (true)
            {
                var received = await socket.ReceiveAsync(buffer.AsMemory(), over);
                if (received.MessageType == WebSocketMessageType.Close)
                    break;
                if (received.MessageType == WebSocketMessageType.Binary && received.Count > 0)
                    console.Tell(new SerialProtocol.Input(buffer.AsMemory(0, received.Count).ToArray()), ActorRefs.NoSender);
            }
        }
        catch (Exception e) when (e is WebSocketException or OperationCanceledException)
        {
            // A connection that broke ends as one that was closed does.
        }

        news.TryComplete();
    }
}
