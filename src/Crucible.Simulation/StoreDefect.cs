namespace Crucible.Simulation;

/// <summary>A way in which the virtual disks are deliberately wrong, to show that the checks notice.</summary>
public enum StoreDefect
{
    None,

    /// <summary>A flush leaves the first block of each extent as it was before.</summary>
    ForgetsABlockAtFlush,

    /// <summary>An extent never says that it holds writes which were not flushed.</summary>
    CallsItselfClean,
}
