namespace Crucible.Core.Volumes;

/// <summary>A region node and where it stands in its VCR.</summary>
/// <param name="Path">JSON path of the node.</param>
public sealed record PlacedRegion(string Path, VolumeConstructionRequest.Region Region)
{
    /// <summary>It belongs to a read-only parent somewhere above it, so it is not the volume's own.</summary>
    public bool IsInParent => Path.Contains($".{VcrTree.ParentMember}", StringComparison.Ordinal);
}
