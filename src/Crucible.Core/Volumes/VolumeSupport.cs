namespace Crucible.Core.Volumes;

/// <summary>The one place that says which of the legal VCRs a volume can be built from so far.</summary>
public static class VolumeSupport
{
    private const string NotYet = "not supported yet";

    /// <summary>A region, or a volume of one or more regions, without read-only parent, is supported.</summary>
    /// <returns>The first part that is not supported, or null.</returns>
    public static VcrError? WhyNot(VolumeConstructionRequest vcr)
    {
        ArgumentNullException.ThrowIfNull(vcr);
        if (vcr is not VolumeConstructionRequest.Volume volume)
            return Leaf(vcr, "$");
        if (volume.SubVolumes.IsEmpty)
            return new VcrError("$.sub_volumes", $"a volume without sub-volumes is {NotYet}");
        return VcrTree.Children(volume with { ReadOnlyParent = null }, "$")
            .Select(child => Leaf(child.Node, child.Path))
            .FirstOrDefault(error => error is not null)
            ?? (volume.ReadOnlyParent is null ? null : new VcrError("$.read_only_parent", $"a read-only parent is {NotYet}"));
    }

    private static VcrError? Leaf(VolumeConstructionRequest node, string path) => node switch
    {
        VolumeConstructionRequest.Region { Opts.FlushTimeoutSeconds: 0 } =>
            new VcrError($"{path}.opts.flush_timeout", $"flushing without a pause is {NotYet}"),
        VolumeConstructionRequest.Region => null,
        VolumeConstructionRequest.Volume => new VcrError(path, $"a volume inside a volume is {NotYet}"),
        VolumeConstructionRequest.Url => new VcrError(path, $"a url is {NotYet}"),
        _ => new VcrError(path, $"a file is {NotYet}"),
    };
}
