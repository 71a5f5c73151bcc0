namespace Crucible.Core.Upstairs;

/// <summary>What a note for the log is about.</summary>
public enum UpstairsNote
{
    /// <summary>The region set went to another state.</summary>
    StateChanged,

    /// <summary>A slot serves I/O.</summary>
    SlotActive,

    /// <summary>A connection or an attempt ended; it will be tried again.</summary>
    SlotLost,

    /// <summary>A slot lost jobs and can only come back by live repair.</summary>
    SlotFaulted,

    /// <summary>A slot got another target.</summary>
    SlotReplaced,

    /// <summary>A server reported a failed attempt at a job.</summary>
    ErrorReported,

    /// <summary>A copy returned a block that fails its check.</summary>
    IntegrityFailure,

    /// <summary>Two copies answered one read differently.</summary>
    CopiesDiffer,

    /// <summary>A reply carried the ids of another upstairs.</summary>
    ForeignReply,

    /// <summary>The final flush of a deactivation failed.</summary>
    FinalFlushFailed,

    /// <summary>Copies that differ are being made equal; nothing is served meanwhile.</summary>
    ReconciliationStarted,

    /// <summary>All copies are equal.</summary>
    ReconciliationFinished,

    /// <summary>A copy left before all were equal; it starts over.</summary>
    ReconciliationAborted,

    /// <summary>Slots are being made whole while the others serve.</summary>
    LiveRepairStarted,

    /// <summary>The slots are whole and serve.</summary>
    LiveRepairFinished,

    /// <summary>A slot that took part failed or left; it starts over.</summary>
    LiveRepairAborted,

    /// <summary>An activation goes on with two copies; the third will be repaired.</summary>
    QuorumTaken,

    /// <summary>Two copies are being made newer than the third; nothing is served meanwhile.</summary>
    RenewalStarted,

    /// <summary>One of the two left or failed; the activation starts over.</summary>
    RenewalAborted,
}
