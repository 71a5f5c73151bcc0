using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace Crucible.Simulation.World;

/// <summary>
/// The content of a block: unlike that of any other write of any block, and recognisable down to the last byte.
/// </summary>
internal static class BlockPattern
{
    public static void Fill(Span<byte> block, int index, ulong version)
    {
        var words = MemoryMarshal.Cast<byte, ulong>(block);
        var word = (version * 0x9E3779B97F4A7C15) ^ (ulong)index;
        for (var i = 0; i < words.Length; i++)
            words[i] = word += 0xD1B54A32D192ED03;
        BinaryPrimitives.WriteUInt64LittleEndian(block, version);
        BinaryPrimitives.WriteUInt64LittleEndian(block[8..], (ulong)index);
    }

    /// <summary>The version of a block that was written, 0 if it is all zero, null if it is neither.</summary>
    public static ulong? VersionOf(ReadOnlySpan<byte> block, int index)
    {
        var version = BinaryPrimitives.ReadUInt64LittleEndian(block);
        if (version == 0)
            return block.IndexOfAnyExcept((byte)0) < 0 ? 0 : null;
        var words = MemoryMarshal.Cast<byte, ulong>(block);
        if (BinaryPrimitives.ReadUInt64LittleEndian(block[8..]) != (ulong)index)
            return null;
        var word = (version * 0x9E3779B97F4A7C15) ^ (ulong)index;
        word += 0xD1B54A32D192ED03;
        word += 0xD1B54A32D192ED03;
        for (var i = 2; i < words.Length; i++)
        {
            if (words[i] != (word += 0xD1B54A32D192ED03))
                return null;
        }

        return version;
    }
}
