namespace Crucible.Core.Volumes;

/// <summary>The one place that says which of the legal VCRs a volume can be built from.</summary>
public static class VolumeSupport
{
    /// <summary>
    /// Everything but a volume without a single block, a url whose end would have to be known before it can be asked, and a
    /// region that flushes without a pause.
    /// </summary>
    /// <returns>The first part that is not supported, or null.</returns>
    public static VcrError? WhyNot(VolumeConstructionRequest vcr)
    {
        ArgumentNullException.ThrowIfNull(vcr);
        return Node(vcr, "$", isUrlBounded: false);
    }

    /// <summary>The first part of a node that is not supported.</summary>
    /// <param name="isUrlBounded">Something above has a size, which a url at the end of this node fills.</param>
    private static VcrError? Node(VolumeConstructionRequest node, string path, bool isUrlBounded) => node switch
    {
        VolumeConstructionRequest.Volume volume => Volume(volume, path, isUrlBounded),
        VolumeConstructionRequest.Region { Opts.FlushTimeoutSeconds: 0 } =>
            new VcrError($"{path}.opts.flush_timeout", "flushing without a pause is not supported; leave it out for 0.5 s"),
        VolumeConstructionRequest.Url when !isUrlBounded => new VcrError(
            path, "a url is supported only below a read-only parent, as the last of its sub-volumes: its length is not known"),
        _ => null,
    };

    private static VcrError? Volume(VolumeConstructionRequest.Volume volume, string path, bool isUrlBounded)
    {
        if (volume.SubVolumes.IsEmpty && volume.ReadOnlyParent is null)
            return new VcrError($"{path}.sub_volumes", "a volume without sub-volumes and without a parent has no blocks");
        // Without own blocks the parent's size is the volume's.
        var isParentBounded = isUrlBounded || !volume.SubVolumes.IsEmpty;
        var last = volume.SubVolumes.Count - 1;
        return volume.SubVolumes
            .Select((child, i) => Node(child, $"{path}.sub_volumes[{i}]", isUrlBounded && i == last))
            .FirstOrDefault(error => error is not null)
            ?? (volume.ReadOnlyParent is { } parent ? Node(parent, $"{path}.read_only_parent", isParentBounded) : null);
    }
}
