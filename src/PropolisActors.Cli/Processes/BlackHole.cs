using System.Net;
using System.Net.Sockets;

namespace PropolisActors.Cli.Processes;

/// <summary>Stands where a disk server should be, on a port of the loopback that nobody else can take.</summary>
public sealed class BlackHole : IAsyncDisposable
{
    private const int ConnectionsMax = 1024;

    private readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    private readonly List<Socket> _taken = [];
    private readonly CancellationTokenSource _ended = new();
    private readonly Task _accepting;

    public BlackHole(BlackHoleKind kind)
    {
        _socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        Address = (IPEndPoint)_socket.LocalEndPoint!;
        if (kind != BlackHoleKind.Closed)
            _socket.Listen();
        _accepting = kind == BlackHoleKind.Closed ? Task.CompletedTask : AcceptAsync(kind);
    }

    public IPEndPoint Address { get; }

    public async ValueTask DisposeAsync()
    {
        await _ended.CancelAsync();
        await _accepting;
        _socket.Dispose();
        foreach (var taken in _taken)
            taken.Dispose();
        _ended.Dispose();
    }

    private async Task AcceptAsync(BlackHoleKind kind)
    {
        try
        {
            while (_taken.Count < ConnectionsMax)
            {
                var taken = await _socket.AcceptAsync(_ended.Token);
                if (kind == BlackHoleKind.HangsUp)
                    taken.Dispose();
                else
                    _taken.Add(taken);
            }
        }
        catch (OperationCanceledException)
        {
            // The end that was asked for.
        }
    }
}
