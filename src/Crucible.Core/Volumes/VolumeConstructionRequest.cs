using Crucible.Wire;

namespace Crucible.Core.Volumes;

/// <summary>
/// A volume construction request (VCR): the tree that says what a network disk is made of. Compares by value.
/// Printing a node shows no secret: keys and PEM members redact themselves, and a URL is not shown.
/// </summary>
/// <param name="BlockSizeBytes">Bytes in a block; the same in a volume and all its children.</param>
public abstract record VolumeConstructionRequest(ulong BlockSizeBytes)
{
    /// <summary>Sub-volumes laid end to end, over at most one read-only parent that starts at block 0.</summary>
    public sealed record Volume(
        VolumeId Id,
        ulong BlockSizeBytes,
        ValueList<VolumeConstructionRequest> SubVolumes,
        VolumeConstructionRequest? ReadOnlyParent) : VolumeConstructionRequest(BlockSizeBytes);

    /// <summary>One region set: three copies of a fixed array of blocks, cut into equal extents.</summary>
    public sealed record Region(
        ulong BlockSizeBytes,
        ulong BlocksPerExtent,
        uint ExtentCount,
        CrucibleOpts Opts,
        Generation Generation) : VolumeConstructionRequest(BlockSizeBytes);

    /// <summary>A read-only source fetched by HTTP.</summary>
    public sealed record Url(VolumeId Id, ulong BlockSizeBytes, string Address) : VolumeConstructionRequest(BlockSizeBytes)
    {
        /// <summary>The address is left out, because it may carry credentials.</summary>
        public override string ToString() => $"Url {{ Id = {Id}, BlockSizeBytes = {BlockSizeBytes} }}";
    }

    /// <summary>A local file.</summary>
    public sealed record File(VolumeId Id, ulong BlockSizeBytes, string Path) : VolumeConstructionRequest(BlockSizeBytes);
}
