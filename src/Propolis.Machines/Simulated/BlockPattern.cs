using System.Buffers.Binary;
using System.Text;

namespace Propolis.Machines.Simulated;

/// <summary>
/// What the simulated guest writes: every 8 bytes depend on seed, disk, block number and place in the block, so a
/// block that is stale, torn, misplaced or of another disk does not compare equal.
/// </summary>
public static class BlockPattern
{
    /// <summary>A number for a disk's name (FNV-1a, 64 bit), the same in every run.</summary>
    public static ulong DiskNumber(string key)
    {
        var hash = 0xcbf29ce484222325;
        foreach (var b in Encoding.UTF8.GetBytes(key))
            hash = (hash ^ b) * 0x100000001b3;
        return hash;
    }

    /// <summary>Fills whole blocks beginning with <paramref name="firstBlock"/>.</summary>
    /// <param name="destination">A multiple of <paramref name="blockSizeBytes"/>, itself a multiple of 8.</param>
    public static void Fill(Span<byte> destination, int blockSizeBytes, ulong seed, ulong disk, ulong firstBlock)
    {
        for (var at = 0; at < destination.Length; at += blockSizeBytes)
        {
            var word = FirstWord(seed, disk, firstBlock + (ulong)(at / blockSizeBytes));
            for (var i = 0; i < blockSizeBytes; i += 8)
                BinaryPrimitives.WriteUInt64LittleEndian(destination.Slice(at + i, 8), Mix(word + (ulong)i));
        }
    }

    /// <summary>Compares one block with what <see cref="Fill"/> would write.</summary>
    /// <returns>How many bytes differ: 0 when the block is as written.</returns>
    public static int CountDifferences(ReadOnlySpan<byte> block, ulong seed, ulong disk, ulong blockNumber)
    {
        var word = FirstWord(seed, disk, blockNumber);
        var differences = 0;
        for (var i = 0; i < block.Length; i += 8)
        {
            var wrong = BinaryPrimitives.ReadUInt64LittleEndian(block.Slice(i, 8)) ^ Mix(word + (ulong)i);
            for (; wrong != 0; wrong >>= 8)
                differences += (wrong & 0xff) != 0 ? 1 : 0;
        }
        return differences;
    }

    /// <summary>A well-spread number from any number (the finishing step of SplitMix64).</summary>
    public static ulong Mix(ulong value)
    {
        value += 0x9e3779b97f4a7c15;
        value = (value ^ (value >> 30)) * 0xbf58476d1ce4e5b9;
        value = (value ^ (value >> 27)) * 0x94d049bb133111eb;
        return value ^ (value >> 31);
    }

    private static ulong FirstWord(ulong seed, ulong disk, ulong block) => Mix(Mix(Mix(seed) ^ disk) ^ block);
}
