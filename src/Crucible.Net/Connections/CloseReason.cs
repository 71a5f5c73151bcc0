namespace Crucible.Net.Connections;

/// <summary>Why a connection ended; the first cause wins.</summary>
public enum CloseReason
{
    /// <summary>The peer closed its end, between frames or in the middle of one.</summary>
    PeerClosed,

    /// <summary>No complete frame arrived for <see cref="ConnectionOptions.PeerSilenceMax"/>.</summary>
    PeerSilent,

    /// <summary>The peer sent what is not a frame or not a message.</summary>
    Malformed,

    /// <summary>Reading from the transport failed, e.g. it was reset.</summary>
    ReceiveFailed,

    /// <summary>Writing to the transport failed or made no progress.</summary>
    SendFailed,

    /// <summary>The owner of the connection decided to end it, e.g. a refused negotiation.</summary>
    ClosedHere,

    /// <summary>A limit with a name was met, e.g. a full send queue.</summary>
    LimitMet,

    /// <summary>The whole server or client is stopping.</summary>
    Stopped,
}
