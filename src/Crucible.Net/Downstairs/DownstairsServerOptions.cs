using System.Net;
using Crucible.Net.Connections;

namespace Crucible.Net.Downstairs;

/// <summary>How a disk server listens and what it limits.</summary>
public sealed record DownstairsServerOptions
{
    /// <summary>From the I/O port to the repair port, as stand-alone disk servers have it (protocol section
    /// 1).</summary>
    public const int RepairPortOffset = 4000;

    /// <summary>Where to listen; port 0 takes any free one.</summary>
    public IPEndPoint Listen { get; init; } = new(IPAddress.Loopback, 9000);

    /// <summary>Where the repair server listens; null for the same address and the port <see cref="RepairPortOffset"/>
    /// above, or any free port if that one is taken.</summary>
    public IPEndPoint? RepairListen { get; init; }

    /// <summary>What YesItsMe says of the repair server; null for where it listens, as this peer can reach
    /// it.</summary>
    public IPEndPoint? RepairAddress { get; init; }

    /// <summary>Connections open at once; one more is closed as soon as it is accepted.</summary>
    public int ConnectionsMax { get; init; } = 256;

    public ConnectionOptions Connection { get; init; } = ConnectionOptions.Default;

    /// <summary>Who this server is towards upstairs; null speaks plain TCP. The owner disposes it after the server has
    /// stopped.</summary>
    public TlsIdentity? Tls { get; init; }

    /// <summary>The longest a TLS handshake may take.</summary>
    public TimeSpan HandshakeMax { get; init; } = TlsHandshake.LimitDefault;

    /// <summary>Faults to inject, for tests of what is above; null for none.</summary>
    public StorageFaults? Faults { get; init; }
}
