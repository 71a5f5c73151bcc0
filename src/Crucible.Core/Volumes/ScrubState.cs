namespace Crucible.Core.Volumes;

/// <summary>What a scrub does.</summary>
public enum ScrubState
{
    /// <summary>Waits for its time, or for the volume to be active.</summary>
    Waiting,

    /// <summary>Copies.</summary>
    Running,

    /// <summary>Everything was copied and made durable; the parent is not needed any more.</summary>
    Done,

    /// <summary>Given up; goes on from where it was when the volume is active the next time.</summary>
    Failed,
}
