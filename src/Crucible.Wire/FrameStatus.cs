namespace Crucible.Wire;

/// <summary>What <see cref="FrameReader"/> found at the front of the unread bytes.</summary>
public enum FrameStatus
{
    /// <summary>More bytes are needed.</summary>
    Incomplete = 0,

    /// <summary>A whole frame was taken.</summary>
    Complete = 1,

    /// <summary>The length prefix can never be right; the connection is to be dropped.</summary>
    Malformed = 2,
}
