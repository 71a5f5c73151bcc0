namespace Crucible.Net.Regions;

/// <summary>Why a region could not be created or opened.</summary>
public enum RegionFault
{
    /// <summary>The directory holds no region.</summary>
    NotFound,

    /// <summary>The directory holds a region already.</summary>
    AlreadyExists,

    /// <summary>A block size, extent size or extent count that no region may have (protocol section 18).</summary>
    DefinitionInvalid,

    /// <summary>The definition is not readable.</summary>
    DefinitionUnreadable,

    /// <summary>The region was written by another version of the storage format.</summary>
    VersionUnsupported,

    /// <summary>The region has another id than the one asked for.</summary>
    WrongRegion,

    /// <summary>An extent's file is not there.</summary>
    ExtentMissing,

    /// <summary>An extent's file has another length than the definition says.</summary>
    ExtentSizeWrong,

    /// <summary>An extent's metadata is not of a known version.</summary>
    ExtentUnreadable,

    /// <summary>The journal is missing or is not this region's.</summary>
    JournalUnreadable,

    /// <summary>The record of the newest promotion is not readable.</summary>
    PromotionUnreadable,

    /// <summary>Another process has the region open.</summary>
    Locked,

    /// <summary>The directory or a file in it does not allow what is needed.</summary>
    AccessDenied,

    /// <summary>The file system reported an error, e.g. a full disk.</summary>
    IoFailed,

    /// <summary>A disk server to clone from is not read-only, has another shape or the same id, or does not
    /// answer.</summary>
    SourceUnsuitable,
}
