namespace Crucible.Core.Volumes;

/// <summary>Why a VCR is not a legal successor of another (volume comparison, section 13).</summary>
public enum VcrMismatch
{
    /// <summary>A volume's id differs.</summary>
    VolumeId,
    VolumeBlockSize,
    SubVolumeCount,
    ParentAdded,

    /// <summary>Nodes of different kinds, or two that cannot be compared (<c>url</c>, <c>file</c>).</summary>
    CannotReplace,
    RegionBlockSize,
    BlocksPerExtent,
    ExtentCount,
    GenerationTooLow,

    /// <summary>A member of <c>opts</c> other than <c>target</c> differs.</summary>
    Options,

    /// <summary>A region that differs has not exactly three targets in both VCRs.</summary>
    TargetCount,
    SeveralTargetsInRegion,

    /// <summary>Targets changed in more than one region.</summary>
    SeveralTargets,
    NoDifference,

    /// <summary>No target changed, and the generation did not rise in the first sub-volume.</summary>
    GenerationRoseElsewhere,

    /// <summary>A target changed in a volume whose sub-volumes are volumes.</summary>
    UnsupportedNesting,
}
