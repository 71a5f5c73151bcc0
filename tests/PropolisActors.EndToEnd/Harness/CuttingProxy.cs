using System.Net;
using System.Net.Sockets;

namespace PropolisActors.EndToEnd.Harness;

/// <summary>
/// Forwards connections to an address. The first of them is broken after so many bytes have passed, in both directions
/// together; later ones pass.
/// </summary>
internal sealed class CuttingProxy : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _ended = new();
    private readonly IPEndPoint _to;
    private readonly Task _accepting;
    private long _left;
    private int _accepted;

    public CuttingProxy(IPEndPoint to, long cutAfterBytes)
    {
        (_to, _left) = (to, cutAfterBytes);
        _listener.Start();
        _accepting = AcceptAsync();
    }

    public string Address => _listener.LocalEndpoint.ToString()!;

    /// <summary>The first connection was broken.</summary>
    public bool HasCut => Interlocked.Read(ref _left) < 0;

    public async ValueTask DisposeAsync()
    {
        await _ended.CancelAsync();
        _listener.Dispose();
        await _accepting;
        _ended.Dispose();
    }

    private async Task AcceptAsync()
    {
        var forwarding = new List<Task>();
        try
        {
            while (true)
                forwarding.Add(ForwardAsync(await _listener.AcceptSocketAsync(_ended.Token), isFirst: _accepted++ == 0));
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            await Task.WhenAll(forwarding);
        }
    }

    private async Task ForwardAsync(Socket from, bool isFirst)
    {
        using var near = from;
        using var far = new Socket(SocketType.Stream, ProtocolType.Tcp);
        using var over = CancellationTokenSource.CreateLinkedTokenSource(_ended.Token);
        try
        {
            await far.ConnectAsync(_to, over.Token);
            var ways = new[] { PumpAsync(near, far, isFirst, over.Token), PumpAsync(far, near, isFirst, over.Token) };
            await Task.WhenAny(ways);
            await over.CancelAsync();
            await Task.WhenAll(ways);
        }
        catch (SocketException)
        {
            // The other side is gone; so is this one now.
        }
    }

    private async Task PumpAsync(Socket from, Socket to, bool isCounted, CancellationToken over)
    {
        var buffer = new byte[256];
        try
        {
            for (int count; (count = await from.ReceiveAsync(buffer, over)) > 0;)
            {
                if (isCounted && Interlocked.Add(ref _left, -count) < 0)
                    return;
                await to.SendAsync(buffer.AsMemory(0, count), over);
            }
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException)
        {
            // Cut off, or ended.
        }
    }
}
