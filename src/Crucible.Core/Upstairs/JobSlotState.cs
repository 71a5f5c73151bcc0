namespace Crucible.Core.Upstairs;

/// <summary>How far one slot is with one job.</summary>
internal enum JobSlotState
{
    /// <summary>Not yet entered into the table for this slot.</summary>
    None,

    /// <summary>Sent, or held for a slot that is offline.</summary>
    InProgress,

    Done,

    Error,

    /// <summary>This slot will never do it.</summary>
    Skipped,
}
