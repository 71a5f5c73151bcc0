using System.Diagnostics;

namespace Crucible.Core.Volumes;

/// <summary>
/// Whether one VCR may follow another, and what that asks of the volume (volume comparison, section 13). Pure and total:
/// where the reference implementation crashes, this answers with an error.
/// </summary>
public static class VcrComparison
{
    public static VcrVerdict Compare(VolumeConstructionRequest original, VolumeConstructionRequest replacement)
    {
        ArgumentNullException.ThrowIfNull(original);
        ArgumentNullException.ThrowIfNull(replacement);
        var top = Nodes(original, replacement, "$");
        return top is NodeComparison.Failed f ? new VcrVerdict.Error(f.Kind, f.Text) : Verdict(top);
    }

    private static NodeComparison Nodes(VolumeConstructionRequest old, VolumeConstructionRequest @new, string path) =>
        (old, @new) switch
        {
            (VolumeConstructionRequest.Volume o, VolumeConstructionRequest.Volume n) => Volumes(o, n, path),
            (VolumeConstructionRequest.Region o, VolumeConstructionRequest.Region n) => RegionComparison.Compare(o, n, path),
            _ => Failed(VcrMismatch.CannotReplace, "Cannot replace VCR"),
        };

    private static NodeComparison Volumes(
        VolumeConstructionRequest.Volume old, VolumeConstructionRequest.Volume @new, string path)
    {
        if (old.Id != @new.Id)
            return Failed(VcrMismatch.VolumeId, $"ID mismatch {old.Id} vs. {@new.Id}");
        if (old.BlockSizeBytes != @new.BlockSizeBytes)
        {
            return Failed(
                VcrMismatch.VolumeBlockSize, $"block_size mismatch {old.BlockSizeBytes} vs. {@new.BlockSizeBytes}");
        }

        if (old.SubVolumes.Count != @new.SubVolumes.Count)
        {
            return Failed(
                VcrMismatch.SubVolumeCount, $"subvolume len mismatch {old.SubVolumes.Count} vs. {@new.SubVolumes.Count}");
        }

        var children = new List<NodeComparison>();
        for (var i = 0; i < old.SubVolumes.Count; i++)
        {
            var child = Nodes(old.SubVolumes[i], @new.SubVolumes[i], $"{path}.sub_volumes[{i}]");
            if (child is NodeComparison.Failed)
                return child;
            children.Add(child);
        }

        var parent = Parents(old.ReadOnlyParent, @new.ReadOnlyParent, $"{path}.read_only_parent");
        return parent is NodeComparison.Failed ? parent : new NodeComparison.Volume([.. children], parent);
    }

    private static NodeComparison Parents(
        VolumeConstructionRequest? old, VolumeConstructionRequest? @new, string path) => (old, @new) switch
        {
            // A parent is dropped when its blocks have been copied up, so losing one is legitimate.
            (_, null) => new NodeComparison.Absent(),
            (null, _) => Failed(VcrMismatch.ParentAdded, "VCR added where there should not be one"),
            _ => Nodes(old, @new, path),
        };

    private static VcrVerdict Verdict(NodeComparison top)
    {
        var leaves = Leaves(top).ToList();
        var targets = leaves.OfType<NodeComparison.Target>().ToList();
        if (targets.Count > 1)
            return new VcrVerdict.Error(VcrMismatch.SeveralTargets, "Multiple target changes");
        if (leaves.TrueForAll(leaf => leaf is NodeComparison.Same or NodeComparison.Absent))
            return new VcrVerdict.Error(VcrMismatch.NoDifference, "The VCRs have no difference");
        return (top, targets) switch
        {
            (NodeComparison.Volume v, []) when !RoseInFirst(v) =>
                new VcrVerdict.Error(VcrMismatch.GenerationRoseElsewhere, "ROP has generation bump!"),
            (_, []) => new VcrVerdict.NoTargetChange(),
            (NodeComparison.Volume v, _) when v.SubVolumes.Any(sub => sub is NodeComparison.Volume) =>
                new VcrVerdict.Error(VcrMismatch.UnsupportedNesting, "Unsupported multi level CompareResult"),
            (_, [var t]) => new VcrVerdict.ReplaceTarget(t.Old, t.New, t.RegionPath, t.Slot),
            _ => throw new UnreachableException(),
        };
    }

    private static IEnumerable<NodeComparison> Leaves(NodeComparison node) =>
        node is NodeComparison.Volume v ? v.SubVolumes.Append(v.Parent).SelectMany(Leaves) : [node];

    /// <summary>
    /// Only the first sub-volume is looked at, as the reference does: a rise in a later one alone is taken
    /// for a rise in the parent. Without sub-volumes only the parent can have risen.
    /// </summary>
    private static bool RoseInFirst(NodeComparison.Volume volume) =>
        !volume.SubVolumes.IsEmpty && !EntirelySame(volume.SubVolumes[0]);

    /// <summary>An absent parent does not count as the same here, though it is no difference either: the reference's rule.</summary>
    private static bool EntirelySame(NodeComparison node) => node switch
    {
        NodeComparison.Same => true,
        NodeComparison.Volume v => v.SubVolumes.All(EntirelySame) && EntirelySame(v.Parent),
        _ => false,
    };

    private static NodeComparison.Failed Failed(VcrMismatch kind, string text) => new(kind, text);
}
