using System.Net;
using System.Net.Sockets;

namespace Crucible.Net.Connections;

/// <summary>One attempt to connect a socket that tells why it failed without an exception.</summary>
internal sealed class SocketConnect : SocketAsyncEventArgs
{
    private readonly TaskCompletionSource<SocketError> _done = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private SocketConnect(EndPoint target) => RemoteEndPoint = target;

    /// <summary>Ends when the socket is connected or cannot be. A cancelled attempt has disposed the socket.</summary>
    public static async Task<SocketError> RunAsync(Socket socket, EndPoint target, CancellationToken ct)
    {
        using var connect = new SocketConnect(target);
        if (!socket.ConnectAsync(connect))
            return connect.SocketError;
        using var cancelled = ct.UnsafeRegister(static c => Socket.CancelConnectAsync((SocketConnect)c!), connect);
        return await connect._done.Task.ConfigureAwait(false);
    }

    protected override void OnCompleted(SocketAsyncEventArgs e) => _done.TrySetResult(e.SocketError);
}
