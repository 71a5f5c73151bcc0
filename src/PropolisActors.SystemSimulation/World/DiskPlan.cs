using Crucible.Simulation.World;

namespace PropolisActors.SystemSimulation.World;

/// <summary>What one disk is made of.</summary>
/// <param name="Shape">Sizes.</param>
/// <param name="Key">32 bytes when its blocks are encrypted, or null.</param>
internal sealed record DiskPlan(VolumeShape Shape, byte[]? Key)
{
    /// <summary>Eight blocks in two extents: enough for requests to meet and copies to differ, and quick to repair.</summary>
    public static readonly DiskPlan Small = new(
        new VolumeShape(BlockSize: 512, Extents: 2, BlocksPerExtent: 4, ReadOnly: false, Quorum: 3), Key: null);
}
