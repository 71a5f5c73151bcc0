namespace Crucible.Core.Upstairs;

/// <summary>What live repair waits for.</summary>
internal enum LiveRepairStep
{
    /// <summary>All copies close the extent and say what it holds.</summary>
    Closing,

    /// <summary>Those who need it copy the extent from the source.</summary>
    Repairing,

    /// <summary>Everybody is past the copy.</summary>
    Noop,

    /// <summary>All copies have the extent open again.</summary>
    Reopening,

    /// <summary>Everything that was sent meanwhile is durable.</summary>
    FinalFlush,
}
