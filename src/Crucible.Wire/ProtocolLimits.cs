namespace Crucible.Wire;

/// <summary>The numbers of the protocol that both ends must share (sections 2, 7, 10 and 18).</summary>
public static class ProtocolLimits
{
    /// <summary>The one message version spoken here.</summary>
    public const uint Version = 13;

    /// <summary>The largest frame in bytes, length prefix included.</summary>
    public const int MaxFrameBytes = 100 * 1024 * 1024;

    /// <summary>Length prefix and discriminant: no frame is shorter.</summary>
    public const int MinFrameBytes = 8;

    public const int MinBlockSizeBytes = 512;

    public const int MaxBlockSizeBytes = 32768;

    /// <summary>
    /// Blocks one message can carry: each brings at least <see cref="MinBlockSizeBytes"/> of payload, so a longer list of
    /// contexts is never honest. Without the limit a frame of 4-byte contexts would unfold to twelve times its size.
    /// </summary>
    public const int MaxBlocksPerFrame = MaxFrameBytes / MinBlockSizeBytes;

    /// <summary>block size times blocks per extent may not be larger.</summary>
    public const ulong MaxExtentBytes = 512UL * 1024 * 1024;

    /// <summary>Copies of a region set, and so client slots of an upstairs.</summary>
    public const int Slots = 3;

    public static readonly TimeSpan PingInterval = TimeSpan.FromSeconds(5);

    /// <summary>No complete frame for this long ends a connection.</summary>
    public static readonly TimeSpan PeerSilence = TimeSpan.FromSeconds(45);

    public static readonly TimeSpan ConnectTimeout = TimeSpan.FromSeconds(10);

    public static readonly TimeSpan ReconnectDelay = TimeSpan.FromSeconds(10);
}
