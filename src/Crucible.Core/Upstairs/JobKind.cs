namespace Crucible.Core.Upstairs;

/// <summary>What a job does.</summary>
internal enum JobKind
{
    Read,
    Write,
    WriteUnwritten,
    Flush,
    Barrier,

    /// <summary>Live repair: the extent is closed, and on good copies flushed before.</summary>
    Close,

    /// <summary>Live repair: the extent is copied where it must be.</summary>
    Repair,

    /// <summary>Live repair: nothing, in its place in the order.</summary>
    NoOp,

    /// <summary>Live repair: the extent is opened again.</summary>
    Reopen,
}
