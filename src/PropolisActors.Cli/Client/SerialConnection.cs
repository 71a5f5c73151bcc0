using System.Net.WebSockets;

namespace PropolisActors.Cli.Client;

/// <summary>The first serial port of a VM: bytes both ways over a WebSocket.</summary>
public sealed class SerialConnection : IDisposable
{
    private readonly ClientWebSocket _socket;

    private SerialConnection(ClientWebSocket socket)
    {
        _socket = socket;
    }

    /// <summary>Connects. The service answers even without a VM and then drops the connection.</summary>
    /// <param name="target">Whose port.</param>
    /// <param name="byteOffset">
    /// History to send first: from this byte on, or this many back when negative; null for none.
    /// </param>
    /// <param name="ct">Ends the wait.</param>
    /// <exception cref="ApiUnreachableException">No connection.</exception>
    public static async Task<SerialConnection> OpenAsync(ApiTarget target, long? byteOffset, CancellationToken ct)
    {
        var socket = new ClientWebSocket();
        socket.Options.SetRequestHeader(ApiClient.VersionHeader, ApiClient.Version);
        if (target.Access.Authorization is { } authorization)
            socket.Options.SetRequestHeader("Authorization", authorization);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(ct);
        limit.CancelAfter(ApiClient.AnswerLimit);
        try
        {
            var uri = new UriBuilder(target.Server)
            {
                Scheme = target.Server.Scheme == Uri.UriSchemeHttps ? Uri.UriSchemeWss : Uri.UriSchemeWs,
                Path = target.PathOf("/instance/serial"),
                Query = QueryOf(byteOffset),
            };
            // The socket keeps the connection and lets go of the rest when it is disposed of.
            var invoker = new HttpMessageInvoker(target.Access.Handler(ApiClient.AnswerLimit));
            await socket.ConnectAsync(uri.Uri, invoker, limit.Token);
            return new SerialConnection(socket);
        }
        catch (Exception e) when (
            e is WebSocketException || (e is OperationCanceledException && !ct.IsCancellationRequested))
        {
            socket.Dispose();
            throw new ApiUnreachableException($"no serial console at {target.Server.Authority}: {e.Message}.", e);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>Why the service ended the connection, when it said so.</summary>
    public string? EndReason => _socket.CloseStatusDescription;

    /// <summary>Types these bytes.</summary>
    /// <exception cref="WebSocketException">The connection is gone.</exception>
    public async Task SendAsync(ReadOnlyMemory<byte> input, CancellationToken ct) =>
        await _socket.SendAsync(input, WebSocketMessageType.Binary, endOfMessage: true, ct);

    /// <summary>What the guest printed next.</summary>
    /// <returns>How many bytes; 0 when the service ended the connection, with or without saying why.</returns>
    public async Task<int> ReceiveAsync(Memory<byte> buffer, CancellationToken ct)
    {
        try
        {
            while (true)
            {
                var part = await _socket.ReceiveAsync(buffer, ct);
                switch (part.MessageType)
                {
                    case WebSocketMessageType.Close:
                        return 0;
                    case WebSocketMessageType.Binary when part.Count > 0:
                        return part.Count;
                    default:
                        // A text frame is about the connection and not the guest's.
                        break;
                }
            }
        }
        catch (WebSocketException)
        {
            return 0;
        }
    }

    public void Dispose() => _socket.Dispose();

    private static string QueryOf(long? byteOffset) => byteOffset switch
    {
        null => "",
        >= 0 => $"from_start={byteOffset}",
        _ => $"most_recent={-byteOffset}",
    };
}
