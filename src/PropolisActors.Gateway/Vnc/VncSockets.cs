using System.Collections.Concurrent;
using System.Net.WebSockets;
using System.Threading.Channels;
using Akka.Actor;
using Propolis.Core.Api;
using Propolis.Core.Serial;
using PropolisActors.Gateway.Serial;
using PropolisActors.Protocols;

namespace PropolisActors.Gateway.Vnc;

/// <summary>
/// Joins WebSockets to displays: one for each VM, and a new one displaces the old. A display shows the last lines of the
/// console; without a VM, or before its guest prints, it is black. Source: propolis-server API, section 15.
/// </summary>
internal sealed class VncSockets(
    Vms vms, ActorSystem system, SocketClosing closing, GatewayOptions options, TimeProvider time)
{
    /// <summary>Of the console's history: more than a screen of full lines.</summary>
    private const ulong ShownBytes = 2 * TextScreen.Columns * TextScreen.Rows;

    private readonly ConcurrentDictionary<VmName, CancellationTokenSource> _shown = new();

    /// <summary>Runs until either side ends, or until another client takes its place.</summary>
    /// <param name="socket">Just accepted.</param>
    /// <param name="vm">Whose display.</param>
    /// <param name="ended">The client has gone, or the service stops.</param>
    public async Task RunAsync(WebSocket socket, VmName vm, CancellationToken ended)
    {
        using var displaced = CancellationTokenSource.CreateLinkedTokenSource(ended);
        TakePlace(vm, displaced);
        // One more than a console needs: its client's bytes wait here too, one piece at a time.
        var news = Channel.CreateBounded<SerialNews>(SerialReader.NewsMax + 1);
        var reader = system.ActorOf(SerialReader.Props(news.Writer));
        try
        {
            var (isThere, console) = await AttachAsync(vm, reader);
            if (isThere)
                await JoinAsync(socket, new VncDisplay(socket, console, reader, options, time), news, displaced.Token);
        }
        finally
        {
            system.Stop(reader);
            _shown.TryRemove(KeyValuePair.Create(vm, displaced));
        }
    }

    private void TakePlace(VmName vm, CancellationTokenSource display)
    {
        CancellationTokenSource? before = null;
        _shown.AddOrUpdate(vm, display, (_, old) =>
        {
            before = old;
            return display;
        });
        try
        {
            before?.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // It ended by itself at this moment.
        }
    }

    /// <summary>Becomes a reader of the console, if there is one.</summary>
    /// <returns>The console, or null where there was never a VM; and false for a VM that has ended.</returns>
    private async Task<(bool IsThere, IActorRef? Console)> AttachAsync(VmName vm, IActorRef reader)
    {
        if (await vms.AskAsync(new SerialProtocol.Attach(vm, reader, new SerialStart.MostRecent(ShownBytes)))
            is SerialProtocol.Attached attached)
        {
            reader.Tell(new SerialReader.Follow(attached.Console), ActorRefs.NoSender);
            return (true, attached.Console);
        }

        var instance = await vms.AskAsync(new VmProtocol.GetInstance(vm));
        return (instance is VmProtocol.Refused refused && refused.Why == ApiError.NoInstance, null);
    }

    private async Task JoinAsync(WebSocket socket, VncDisplay display, Channel<SerialNews> news, CancellationToken over)
    {
        using var taken = new SemaphoreSlim(0);
        var receiving = ReceiveAsync(socket, news.Writer, taken, over);
        try
        {
            await display.RunAsync(news.Reader, taken, over);
            if (socket.State == WebSocketState.CloseReceived)
                await closing.CloseAsync(socket, WebSocketCloseStatus.NormalClosure, null, receiving);
        }
        catch (Exception e) when (e is WebSocketException or OperationCanceledException)
        {
            // The client has gone, takes nothing, or was displaced: there is nobody to tell.
        }

        news.Writer.TryComplete();
    }

    /// <summary>Hands on what the client sends, a piece at a time. Ends with the connection, and ends the display
    /// with it.</summary>
    private static async Task ReceiveAsync(
        WebSocket socket, ChannelWriter<SerialNews> news, SemaphoreSlim taken, CancellationToken over)
    {
        var buffer = new byte[4096];
        try
        {
            while (true)
            {
                var received = await socket.ReceiveAsync(buffer.AsMemory(), over);
                if (received.MessageType == WebSocketMessageType.Close)
                    break;
                if (received.MessageType != WebSocketMessageType.Binary || received.Count == 0)
                    continue;
                await news.WriteAsync(new SerialNews.FromClient(buffer.AsMemory(0, received.Count)), over);
                await taken.WaitAsync(over);
            }
        }
        catch (Exception e) when (e is WebSocketException or OperationCanceledException
            or ChannelClosedException or ObjectDisposedException)
        {
            // A connection that broke ends as one that was closed does.
        }

        news.TryComplete();
    }
}
