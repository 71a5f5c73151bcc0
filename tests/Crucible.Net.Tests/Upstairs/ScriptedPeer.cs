using System.Net;
using System.Net.Sockets;
using Crucible.Wire;

namespace Crucible.Net.Tests.Upstairs;

/// <summary>A server on a raw socket that says whatever bytes a test wants.</summary>
internal sealed class ScriptedPeer : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);

    public ScriptedPeer()
    {
        _listener.Start();
        Address = (IPEndPoint)_listener.LocalEndpoint;
    }

    public IPEndPoint Address { get; }

    public async Task<NetworkStream> AcceptAsync() =>
        new(await _listener.AcceptSocketAsync().WaitAsync(Patience), ownsSocket: true);

    public static async Task<Message> ReadAsync(NetworkStream stream)
    {
        var prefix = new byte[4];
        await stream.ReadExactlyAsync(prefix).AsTask().WaitAsync(Patience);
        var frame = new byte[BitConverter.ToUInt32(prefix) - 4];
        await stream.ReadExactlyAsync(frame).AsTask().WaitAsync(Patience);
        return MessageCodec.TryDecode(frame.AsMemory(), out var message, out var error)
            ? message
            : throw new InvalidOperationException($"{error}");
    }

    /// <summary>Whether the other side closed, and not merely fell silent.</summary>
    public static async Task<bool> IsClosedAsync(NetworkStream stream)
    {
        var buffer = new byte[4096];
        try
        {
            while (await stream.ReadAsync(buffer).AsTask().WaitAsync(Patience) > 0)
            {
                // What was sent before the close does not matter.
            }

            return true;
        }
        catch (IOException)
        {
            return true;
        }
    }

    public void Dispose() => _listener.Dispose();
}
