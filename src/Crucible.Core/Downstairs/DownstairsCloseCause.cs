namespace Crucible.Core.Downstairs;

/// <summary>Why the machine closes a connection.</summary>
public enum DownstairsCloseCause
{
    /// <summary>No common protocol version; the peer was told.</summary>
    VersionMismatch,

    /// <summary>One side is read-only and the other is not; the peer was told.</summary>
    ReadOnlyMismatch,

    /// <summary>One side has a key and the other is not encrypted, or the reverse; the peer was told.</summary>
    EncryptedMismatch,

    /// <summary>A promotion named other ids than the hello; the peer was told.</summary>
    UuidMismatch,

    /// <summary>A negotiation message in the wrong state.</summary>
    OutOfOrder,

    /// <summary>The promotion would take the place of a newer or an equal upstairs. By protocol nothing is
    /// said.</summary>
    PromotionRefused,

    /// <summary>Another connection was promoted in its place; the peer was told.</summary>
    Superseded,

    /// <summary>The contexts, the data and the block size of a write do not fit each other.</summary>
    MalformedWrite,

    /// <summary>A message that changes storage came to a read-only server.</summary>
    ReadOnlyViolated,

    /// <summary>A message that no upstairs sends, or not at this point.</summary>
    UnexpectedMessage,

    /// <summary>One of <see cref="DownstairsLimits"/> was met.</summary>
    LimitMet,

    /// <summary>Storage could not do what the negotiation needs.</summary>
    StorageFailed,

    /// <summary>A live repair of an extent failed; the peer was told.</summary>
    RepairFailed,
}
