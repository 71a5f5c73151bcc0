using System.Numerics;
using Crucible.Wire;

namespace PropolisActors.Benchmarks.Disks;

/// <summary>The shape of the disk that is measured.</summary>
/// <param name="BlockSize">In bytes; a power of two.</param>
/// <param name="BlocksPerExtent">Blocks in one extent.</param>
/// <param name="ExtentCount">How many there are.</param>
/// <param name="Encrypted">Whether its blocks come encrypted.</param>
internal sealed record Geometry(ulong BlockSize, ulong BlocksPerExtent, uint ExtentCount, bool Encrypted = false)
{
    public ulong Bytes => BlockSize * BlocksPerExtent * ExtentCount;

    public ulong Blocks => BlocksPerExtent * ExtentCount;

    /// <summary>What a region of this shape says of itself, with an id of its own.</summary>
    public RegionDefinition NewRegion() => new(
        BlockSize, new Block(BlocksPerExtent, (uint)BitOperations.Log2(BlockSize)), ExtentCount,
        new RegionId(Guid.NewGuid()), Encrypted);
}
