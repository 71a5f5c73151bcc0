using Crucible.Wire;

namespace Crucible.Net.Connections;

/// <summary>The limits of one connection. Every value must be positive.</summary>
public sealed record ConnectionOptions
{
    public static ConnectionOptions Default { get; } = new();

    /// <summary>Frames waiting to be sent; <see cref="FramedConnection.TrySend"/> answers false beyond it.</summary>
    public int QueuedFramesMax { get; init; } = 16 * 1024;

    /// <summary>Bytes waiting to be sent; an empty queue takes any one frame.</summary>
    public long QueuedBytesMax { get; init; } = 256L * 1024 * 1024;

    /// <summary>No complete frame for this long ends the connection (protocol section 10). The time in which a
    /// message handler keeps the reader waiting does not count.</summary>
    public TimeSpan PeerSilenceMax { get; init; } = ProtocolLimits.PeerSilence;

    /// <summary>One write to the transport (at most 1 MiB) may take this long.</summary>
    public TimeSpan WriteStallMax { get; init; } = ProtocolLimits.PeerSilence;

    /// <summary>After a close was decided here, this long is given to write the queue.</summary>
    public TimeSpan DrainMax { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>After the queue was written, this long is given to the peer to close its end. Closing before it has
    /// read everything could lose it our last reply.</summary>
    public TimeSpan LingerMax { get; init; } = TimeSpan.FromSeconds(1);
}
