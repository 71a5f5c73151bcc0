using System.Net;
using System.Net.Sockets;

namespace Crucible.Net.Tests.Upstairs;

/// <summary>Takes connections and never says a word.</summary>
internal sealed class BlackHole : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);

    public BlackHole()
    {
        _listener.Start();
        Address = (IPEndPoint)_listener.LocalEndpoint;
    }

    public IPEndPoint Address { get; }

    public void Dispose() => _listener.Dispose();
}
