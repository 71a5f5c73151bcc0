using System.Buffers.Binary;

namespace Crucible.Wire.Encryption;

/// <summary>
/// POLYVAL (RFC 8452 section 3) on ordinary integer arithmetic. No table and no branch depends on a key or on data, so
/// its time tells nothing about them.
/// </summary>
internal struct PortablePolyval(ulong keyLow, ulong keyHigh)
{
    private const int BlockBytes = 16;
    private readonly ulong _keyLow = keyLow;
    private readonly ulong _keyHigh = keyHigh;
    private ulong _low;
    private ulong _high;

    /// <summary>Takes in <paramref name="data"/>, any length, padded with zeros to whole blocks.</summary>
    public void Absorb(ReadOnlySpan<byte> data)
    {
        for (; data.Length >= BlockBytes; data = data[BlockBytes..])
        {
            Absorb(
                BinaryPrimitives.ReadUInt64LittleEndian(data), BinaryPrimitives.ReadUInt64LittleEndian(data[8..]));
        }

        if (data.IsEmpty)
            return;
        Span<byte> padded = stackalloc byte[BlockBytes];
        padded.Clear();
        data.CopyTo(padded);
        Absorb(padded);
        padded.Clear();
    }

    /// <summary>Takes in one block, given as two little-endian numbers.</summary>
    public void Absorb(ulong low, ulong high)
    {
        low ^= _low;
        high ^= _high;
        var outer = Multiply(low, _keyLow);
        var upper = Multiply(high, _keyHigh);
        var (cross, crossed) = (Multiply(low, _keyHigh), Multiply(high, _keyLow));
        outer.High ^= cross.Low ^ crossed.Low;
        upper.Low ^= cross.High ^ crossed.High;

        outer = Fold(Fold(outer));
        (_low, _high) = (upper.Low ^ outer.Low, upper.High ^ outer.High);
    }

    public readonly void CopyTo(Span<byte> sum)
    {
        BinaryPrimitives.WriteUInt64LittleEndian(sum, _low);
        BinaryPrimitives.WriteUInt64LittleEndian(sum[8..], _high);
    }

    // Divides by x^64 in the field: the lower word times x^63 + x^62 + x^57 comes in one word up.
    private static (ulong Low, ulong High) Fold((ulong Low, ulong High) value)
    {
        var word = value.Low;
        return (
            value.High ^ (word << 63) ^ (word << 62) ^ (word << 57),
            word ^ (word >> 1) ^ (word >> 2) ^ (word >> 7));
    }

    private static (ulong Low, ulong High) Multiply(ulong left, ulong right) =>
        (MultiplyLow(left, right), ReverseBits(MultiplyLow(ReverseBits(left), ReverseBits(right))) >> 1);

    /// <summary>
    /// The lower 64 bits of a carry-less product. Every fourth bit of each factor at a time: the sums of an integer
    /// product then fit into the three bits between, and are masked away.
    /// </summary>
    private static ulong MultiplyLow(ulong left, ulong right)
    {
        const ulong Mask0 = 0x1111111111111111;
        const ulong Mask1 = Mask0 << 1;
        const ulong Mask2 = Mask0 << 2;
        const ulong Mask3 = Mask0 << 3;
        var (l0, l1, l2, l3) = (left & Mask0, left & Mask1, left & Mask2, left & Mask3);
        var (r0, r1, r2, r3) = (right & Mask0, right & Mask1, right & Mask2, right & Mask3);
        return (((l0 * r0) ^ (l1 * r3) ^ (l2 * r2) ^ (l3 * r1)) & Mask0)
            | (((l0 * r1) ^ (l1 * r0) ^ (l2 * r3) ^ (l3 * r2)) & Mask1)
            | (((l0 * r2) ^ (l1 * r1) ^ (l2 * r0) ^ (l3 * r3)) & Mask2)
            | (((l0 * r3) ^ (l1 * r2) ^ (l2 * r1) ^ (l3 * r0)) & Mask3);
    }

    private static ulong ReverseBits(ulong value)
    {
        value = ((value >> 1) & 0x5555555555555555) | ((value & 0x5555555555555555) << 1);
        value = ((value >> 2) & 0x3333333333333333) | ((value & 0x3333333333333333) << 2);
        value = ((value >> 4) & 0x0F0F0F0F0F0F0F0F) | ((value & 0x0F0F0F0F0F0F0F0F) << 4);
        return BinaryPrimitives.ReverseEndianness(value);
    }
}
