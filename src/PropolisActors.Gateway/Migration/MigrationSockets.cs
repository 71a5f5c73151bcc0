using System.Net.WebSockets;
using System.Text;
using System.Text.Json;
using System.Threading.Channels;
using Akka.Actor;
using Propolis.Core.Lifecycle;
using Propolis.Core.Migration;
using Propolis.Core.Spec;
using PropolisActors.Gateway.Http;
using PropolisActors.Protocols;

namespace PropolisActors.Gateway.Migration;

/// <summary>
/// Carries the messages of a migration between its actor and a WebSocket, and waits for either; decides nothing. Source:
/// propolis-server API, sections 17.1 to 17.3.
/// </summary>
internal sealed class MigrationSockets(GatewayOptions options, TimeProvider time)
{
    private const string VersionOfPeers = "1.0.0";
    private const int ReadBytes = 64 * 1024;
    private const string Closed = "the other server closed the connection";
    private static readonly TimeSpan OutcomeEvery = TimeSpan.FromSeconds(1);

    /// <summary>How long the peer may take to answer a close frame.</summary>
    public TimeSpan CloseTime => options.CloseTime;

    /// <summary>The target's side: opens the way and carries messages until either side ends.</summary>
    /// <returns>Why it ended, for people.</returns>
    public async Task<string> ConnectAsync(
        InstanceInit.MigrationTarget to, VmName vm, MigrationWire wire, IActorRef migration, CancellationToken ended)
    {
        using var socket = new ClientWebSocket();
        socket.Options.SetRequestHeader(ApiVersion.HeaderName, VersionOfPeers);
        var target = new Uri($"ws://{to.SourceAddress}{PathOf(vm)}/migrate/{to.MigrationId}/start");
        try
        {
            await socket.ConnectAsync(target, ended);
        }
        catch (WebSocketException e)
        {
            return $"no connection to {to.SourceAddress}: {e.Message}";
        }

        migration.Tell(new MigrationProtocol.LinkOpen(), ActorRefs.NoSender);
        return await JoinAsync(socket, wire, migration, ended);
    }

    /// <summary>Carries messages until either side ends.</summary>
    /// <returns>Why it ended, for people.</returns>
    public async Task<string> JoinAsync(WebSocket socket, MigrationWire wire, IActorRef migration, CancellationToken ended)
    {
        using var over = CancellationTokenSource.CreateLinkedTokenSource(ended);
        var receiving = ReceiveAsync(socket, wire, migration, over.Token);
        var sending = SendAsync(socket, wire.Unsent.Reader, over.Token);
        try
        {
            await Task.WhenAny(receiving, sending);
            // What was to be sent is sent: the peer has some time to close as well.
            if (sending.IsCompletedSuccessfully)
                await Task.WhenAny(receiving, Task.Delay(options.CloseTime, time, over.Token));
        }
        finally
        {
            await over.CancelAsync();
        }

        var why = await EndOf(receiving);
        await EndOf(sending);
        return why;
    }

    /// <summary>Asks the source until it says what became of a migration.</summary>
    public async Task<bool> AskOutcomeAsync(InstanceInit.MigrationTarget source, VmName vm, CancellationToken ended)
    {
        using var client = new HttpClient { Timeout = OutcomeEvery * 5 };
        client.DefaultRequestHeaders.Add(ApiVersion.HeaderName, VersionOfPeers);
        using var timer = new PeriodicTimer(OutcomeEvery, time);
        var asked = new Uri($"http://{source.SourceAddress}{PathOf(vm)}/migration-status");
        do
        {
            try
            {
                if (OutcomeIn(await client.GetStringAsync(asked, ended), source.MigrationId) is { } finished)
                    return finished;
            }
            catch (Exception e) when (e is HttpRequestException or JsonException or TaskCanceledException
                && !ended.IsCancellationRequested)
            {
                // It cannot say now; it may later.
            }
        }
        while (await timer.WaitForNextTickAsync(ended));
        return false;
    }

    private static bool? OutcomeIn(string json, Guid migration)
    {
        using var answer = JsonDocument.Parse(json);
        if (!answer.RootElement.TryGetProperty("migration_out", out var status) || status.ValueKind != JsonValueKind.Object
            || !status.TryGetProperty("id", out var id) || !id.TryGetGuid(out var seen) || seen != migration)
            return null;
        return status.GetProperty("state").GetString() switch
        {
            nameof(MigrationState.Finish) => true,
            nameof(MigrationState.Error) => false,
            _ => null,
        };
    }

    private async Task SendAsync(WebSocket socket, ChannelReader<WireMessage> unsent, CancellationToken over)
    {
        await foreach (var message in unsent.ReadAllAsync(over))
        {
            using var late = new CancellationTokenSource(options.SendTime, time);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(over, late.Token);
            var (bytes, kind) = message switch
            {
                WireMessage.Word word => (Encoding.UTF8.GetBytes(word.Text), WebSocketMessageType.Text),
                WireMessage.Frame frame => (MigrationFrameCodec.Write(frame.What), WebSocketMessageType.Binary),
                _ => throw new System.Diagnostics.UnreachableException($"{message}"),
            };
            await socket.SendAsync(bytes.AsMemory(), kind, endOfMessage: true, either.Token);
        }

        await socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, over);
    }

    private static async Task<string> ReceiveAsync(
        WebSocket socket, MigrationWire wire, IActorRef migration, CancellationToken over)
    {
        var message = new MemoryStream();
        var buffer = new byte[ReadBytes];
        while (true)
        {
            message.SetLength(0);
            ValueWebSocketReceiveResult received;
            do
            {
                received = await socket.ReceiveAsync(buffer.AsMemory(), over);
                if (received.MessageType == WebSocketMessageType.Close)
                    return Closed;
                message.Write(buffer, 0, received.Count);
                if (message.Length > MigrationFrameCodec.FrameBytesMax)
                    return "the other server sent a message beyond the limit";
            }
            while (!received.EndOfMessage);

            await wire.Room.WaitAsync(over);
            var bytes = message.GetBuffer().AsSpan(0, (int)message.Length);
            if (received.MessageType == WebSocketMessageType.Text)
                migration.Tell(new MigrationProtocol.Word(Encoding.UTF8.GetString(bytes)), ActorRefs.NoSender);
            else if (MigrationFrameCodec.TryRead(bytes, out var frame))
                migration.Tell(new MigrationProtocol.Frame(frame), ActorRefs.NoSender);
            else
                return "the other server sent what is no message of a migration";
        }
    }

    private static async Task<string> EndOf(Task loop)
    {
        try
        {
            await loop;
            return loop is Task<string> { Result: var why } ? why : Closed;
        }
        catch (Exception e) when (e is WebSocketException or OperationCanceledException or ObjectDisposedException)
        {
            return $"the connection to the other server broke: {e.Message}";
        }
    }

    private static string PathOf(VmName vm) => vm == VmName.Default ? "/instance" : $"/vms/{vm}/instance";
}
