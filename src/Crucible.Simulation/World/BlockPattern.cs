using System.Buffers.Binary;

namespace Crucible.Simulation.World;

/// <summary>
/// The content of a block: unlike that of any other write of any block, and recognisable down to the last byte.
/// </summary>
internal static class BlockPattern
{
    public const int BlockSize = 512;

    public static void Fill(Span<byte> block, int index, ulong version)
    {
        var filler = new SeededRandom(version * 0x10001 + (ulong)index);
        BinaryPrimitives.WriteUInt64LittleEndian(block, version);
        BinaryPrimitives.WriteUInt64LittleEndian(block[8..], (ulong)index);
        for (var at = 16; at < BlockSize; at += 8)
            BinaryPrimitives.WriteUInt64LittleEndian(block[at..], filler.Next());
    }

    /// <summary>The version of a block that was written, 0 if it is all zero, null if it is neither.</summary>
    public static ulong? VersionOf(ReadOnlySpan<byte> block, int index)
    {
        var version = BinaryPrimitives.ReadUInt64LittleEndian(block);
        Span<byte> expected = stackalloc byte[BlockSize];
        if (version != 0)
            Fill(expected, index, version);
        else
            expected.Clear();
        return block.SequenceEqual(expected) ? version : null;
    }
}
