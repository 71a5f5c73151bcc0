namespace Crucible.Core.Volumes;

/// <summary>The order in which the parts of a VCR are visited and numbered: sub-volumes in order, then the parent.</summary>
public static class VcrTree
{
    internal const string ParentMember = "read_only_parent";

    /// <summary>The region nodes in tree order; the position in this list is the region set's index.</summary>
    public static ValueList<PlacedRegion> RegionSets(VolumeConstructionRequest vcr)
    {
        ArgumentNullException.ThrowIfNull(vcr);
        var found = new List<PlacedRegion>();
        Collect(vcr, "$", found);
        return [.. found];
    }

    /// <summary>The id of the top node: a volume's own, or for a bare region its upstairs id.</summary>
    public static VolumeId IdOf(VolumeConstructionRequest vcr) => vcr switch
    {
        VolumeConstructionRequest.Volume v => v.Id,
        VolumeConstructionRequest.Region r => new VolumeId(r.Opts.Id.Value),
        VolumeConstructionRequest.Url u => u.Id,
        VolumeConstructionRequest.File f => f.Id,
        _ => throw new System.Diagnostics.UnreachableException(vcr?.GetType().Name),
    };

    internal static IEnumerable<(string Path, VolumeConstructionRequest Node)> Children(
        VolumeConstructionRequest.Volume volume, string path)
    {
        for (var i = 0; i < volume.SubVolumes.Count; i++)
            yield return ($"{path}.sub_volumes[{i}]", volume.SubVolumes[i]);
        if (volume.ReadOnlyParent is { } parent)
            yield return ($"{path}.{ParentMember}", parent);
    }

    private static void Collect(VolumeConstructionRequest node, string path, List<PlacedRegion> found)
    {
        if (node is VolumeConstructionRequest.Region region)
            found.Add(new PlacedRegion(path, region));
        if (node is not VolumeConstructionRequest.Volume volume)
            return;
        foreach (var (childPath, child) in Children(volume, path))
            Collect(child, childPath, found);
    }
}
