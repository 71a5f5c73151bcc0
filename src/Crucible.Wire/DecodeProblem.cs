namespace Crucible.Wire;

/// <summary>The ways in which a frame can fail to be a message.</summary>
public enum DecodeProblem
{
    /// <summary>The frame ends inside a field.</summary>
    Truncated,

    /// <summary>The frame is over <see cref="ProtocolLimits.MaxFrameBytes"/>.</summary>
    FrameTooLong,

    /// <summary>The discriminant is not one of protocol version 13.</summary>
    UnknownMessage,

    /// <summary>A bool byte is neither 0 nor 1.</summary>
    BadBool,

    /// <summary>The tag of an optional, a result, an address, a context or an error has no such variant.</summary>
    BadTag,

    /// <summary>The byte count of a UUID is not 16.</summary>
    BadUuidLength,

    /// <summary>A count names more than the rest of the frame can hold.</summary>
    CountPastEnd,

    /// <summary>More block contexts than <see cref="ProtocolLimits.MaxBlocksPerFrame"/>.</summary>
    TooManyBlocks,

    /// <summary>A text is not UTF-8.</summary>
    NotUtf8,
}
