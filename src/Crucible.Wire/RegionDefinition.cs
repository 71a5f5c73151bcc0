namespace Crucible.Wire;

/// <summary>A number of blocks with the log2 of the block size in bytes.</summary>
/// <param name="Value">Blocks.</param>
/// <param name="Shift">9 (512 bytes) to 15 (32768 bytes).</param>
public readonly record struct Block(ulong Value, uint Shift);

/// <summary>The shape of a region as a downstairs reports it (protocol section 4.3, 65 bytes on the wire).</summary>
/// <param name="BlockSize">Bytes in a block: a power of two, 512 to 32768.</param>
/// <param name="ExtentSize">Blocks in an extent.</param>
/// <param name="ExtentCount">Extents in the region.</param>
/// <param name="Uuid">This copy's own id.</param>
/// <param name="Encrypted">The region holds encrypted blocks.</param>
/// <param name="DatabaseReadVersion">1.</param>
/// <param name="DatabaseWriteVersion">1.</param>
public sealed record RegionDefinition(
    ulong BlockSize,
    Block ExtentSize,
    uint ExtentCount,
    RegionId Uuid,
    bool Encrypted,
    ulong DatabaseReadVersion = 1,
    ulong DatabaseWriteVersion = 1)
{
    /// <summary>Blocks in the whole region.</summary>
    public ulong TotalBlocks => ExtentSize.Value * ExtentCount;

    /// <summary>Bytes in the whole region.</summary>
    public ulong TotalBytes => TotalBlocks * BlockSize;
}
