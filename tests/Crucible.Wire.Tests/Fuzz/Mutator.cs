using System.Buffers.Binary;

namespace Crucible.Wire.Tests.Fuzz;

/// <summary>Changes frames as broken or hostile peers would: a bit, a count, a piece gone or twice.</summary>
internal static class Mutator
{
    private const int MutationsMax = 4;

    // Where arithmetic goes wrong: ends of ranges, signs, and the limits of the protocol.
    private static readonly ulong[] Edges =
    [
        0, 1, 2, 7, 8, 15, 16, 17, 41, 42, 127, 128, 255, 256, 65535, 65536, int.MaxValue, 1UL + int.MaxValue,
        uint.MaxValue, 1UL + uint.MaxValue, long.MaxValue, 1UL + long.MaxValue, ulong.MaxValue, ulong.MaxValue - 1,
        ProtocolLimits.MaxFrameBytes, ProtocolLimits.MaxFrameBytes + 1, ProtocolLimits.MaxBlocksPerFrame,
        ProtocolLimits.MaxBlocksPerFrame + 1, ProtocolLimits.MaxBlockSizeBytes,
    ];

    /// <summary>Mutates a whole frame in place.</summary>
    /// <param name="random">Decides what and where.</param>
    /// <param name="buffer">Holds the frame at its start; the rest is room to grow.</param>
    /// <param name="length">Bytes of the frame.</param>
    /// <param name="donor">Another frame, from which pieces are taken.</param>
    /// <returns>The new length. Most times the length prefix says it too, so that the rest is looked at.</returns>
    public static int Mutate(ref SeededRandom random, Span<byte> buffer, int length, ReadOnlySpan<byte> donor)
    {
        for (var left = 1 + random.Below(MutationsMax); left > 0; left--)
            length = MutateOnce(ref random, buffer, length, donor);
        if (length >= sizeof(uint) && !random.OneIn(8))
            BinaryPrimitives.WriteUInt32LittleEndian(buffer, (uint)length);
        return length;
    }

    private static int MutateOnce(ref SeededRandom random, Span<byte> buffer, int length, ReadOnlySpan<byte> donor)
    {
        if (length == 0)
            return Insert(ref random, buffer, length, donor);
        var at = random.Below(length);
        switch (random.Below(9))
        {
            case 0:
                buffer[at] ^= (byte)(1 << random.Below(8));
                return length;
            case 1:
                buffer[at] = (byte)random.Next();
                return length;
            case 2:
                buffer[at] = (byte)Edges[random.Below(Edges.Length)];
                return length;
            case 3:
                WriteEdge(ref random, buffer, length, sizeof(uint));
                return length;
            case 4:
                WriteEdge(ref random, buffer, length, sizeof(ulong));
                return length;
            case 5:
                return at;
            case 6:
                var removed = 1 + random.Below(Math.Min(length - at, 64));
                buffer[(at + removed)..length].CopyTo(buffer[at..]);
                return length - removed;
            case 7:
                return Insert(ref random, buffer, length, random.OneIn(2) ? donor : buffer[at..length]);
            default:
                var from = random.Below(donor.Length);
                var copied = Math.Min(1 + random.Below(64), Math.Min(donor.Length - from, length - at));
                donor.Slice(from, copied).CopyTo(buffer[at..]);
                return length;
        }
    }

    private static void WriteEdge(ref SeededRandom random, Span<byte> buffer, int length, int bytes)
    {
        if (length < bytes)
            return;
        // Fields begin at multiples of four more often than not.
        var at = random.Below(length - bytes + 1);
        at = random.OneIn(2) ? at & ~3 : at;
        Span<byte> edge = stackalloc byte[sizeof(ulong)];
        BinaryPrimitives.WriteUInt64LittleEndian(edge, Edges[random.Below(Edges.Length)]);
        edge[..bytes].CopyTo(buffer[at..]);
    }

    private static int Insert(ref SeededRandom random, Span<byte> buffer, int length, ReadOnlySpan<byte> source)
    {
        Span<byte> piece = stackalloc byte[64];
        var count = Math.Min(1 + random.Below(piece.Length), Math.Min(source.Length, buffer.Length - length));
        source[..count].CopyTo(piece);
        var at = random.Below(length + 1);
        buffer[at..length].CopyTo(buffer[(at + count)..]);
        piece[..count].CopyTo(buffer[at..]);
        return length + count;
    }
}
