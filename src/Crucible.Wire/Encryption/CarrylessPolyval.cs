using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Crucible.Wire.Encryption;

/// <summary>
/// POLYVAL (RFC 8452 section 3) on the carry-less multiply of x86. Products of many blocks are added up before they are
/// reduced, because reducing costs as much as multiplying and waits for its own result.
/// </summary>
internal static class CarrylessPolyval
{
    private const int BlockBytes = 16;
    private const int NarrowBlocks = 8;
    private const int NarrowBytes = NarrowBlocks * BlockBytes;
    private const int WideBytes = 4 * Vector512Bytes;
    private const int Vector512Bytes = 64;

    // x^127 + x^126 + x^121 + 1 without its one: what x^128 folds to, for the upper half of the operand.
    private const ulong Fold = 0xC200000000000000;

    public static bool IsSupported => Pclmulqdq.IsSupported && Sse2.IsSupported;

    public static bool IsWideSupported => Pclmulqdq.V512.IsSupported && Avx512BW.IsSupported;

    /// <summary>Takes in <paramref name="data"/>, any length, padded with zeros to whole blocks.</summary>
    /// <param name="key">The hash key, H.</param>
    /// <param name="sum">The sum of everything before.</param>
    /// <param name="data">What is added.</param>
    /// <returns>The new sum.</returns>
    // On its own, so that the loops of it get registers whatever calls it.
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static Vector128<ulong> Absorb(Vector128<ulong> key, Vector128<ulong> sum, ReadOnlySpan<byte> data)
    {
        if (IsWideSupported && data.Length >= WideBytes)
        {
            var whole = data.Length - (data.Length % WideBytes);
            sum = AbsorbWide(key, sum, data[..whole]);
            data = data[whole..];
        }

        return AbsorbNarrow(key, sum, data);
    }

    /// <summary>The same in steps of eight blocks, for any length.</summary>
    internal static Vector128<ulong> AbsorbNarrow(Vector128<ulong> key, Vector128<ulong> sum, ReadOnlySpan<byte> data)
    {
        if (data.Length >= NarrowBytes)
        {
            var whole = data.Length - (data.Length % NarrowBytes);
            sum = AbsorbEights(key, sum, data[..whole]);
            data = data[whole..];
        }

        for (; data.Length >= BlockBytes; data = data[BlockBytes..])
            sum = Multiply(sum ^ Vector128.Create(data).AsUInt64(), key);

        if (data.IsEmpty)
            return sum;
        Span<byte> padded = stackalloc byte[BlockBytes];
        padded.Clear();
        data.CopyTo(padded);
        sum = Multiply(sum ^ Vector128.Create<byte>(padded).AsUInt64(), key);
        padded.Clear();
        return sum;
    }

    /// <summary>The product of two field elements, as RFC 8452 defines <c>dot</c>.</summary>
    internal static Vector128<ulong> Multiply(Vector128<ulong> left, Vector128<ulong> right)
    {
        var product = default(Product128);
        product.Add(left, right);
        return product.Reduce();
    }

    private static Vector128<ulong> AbsorbEights(Vector128<ulong> key, Vector128<ulong> sum, ReadOnlySpan<byte> data)
    {
        // The first block of eight is multiplied by the eighth power of the key, the last by the key itself.
        Span<Vector128<ulong>> powers = stackalloc Vector128<ulong>[NarrowBlocks];
        powers[^1] = key;
        for (var i = NarrowBlocks - 2; i >= 0; i--)
            powers[i] = Multiply(powers[i + 1], key);

        ref var power = ref MemoryMarshal.GetReference(powers);
        ref var next = ref MemoryMarshal.GetReference(data);
        for (var left = data.Length; left > 0; left -= NarrowBytes)
        {
            var product = default(Product128);
            product.Add(sum ^ Block(ref next, 0), power);
            for (var i = 1; i < NarrowBlocks; i++)
                product.Add(Block(ref next, i), Unsafe.Add(ref power, i));
            sum = product.Reduce();
            next = ref Unsafe.Add(ref next, NarrowBytes);
        }

        powers.Clear();
        return sum;
    }

    /// <summary>
    /// Four sums side by side, one for each block of a 64-byte vector, in steps of four vectors. They are put together
    /// at the end, where the lanes still lack the fourth to the first power of the key.
    /// </summary>
    private static Vector128<ulong> AbsorbWide(Vector128<ulong> key, Vector128<ulong> sum, ReadOnlySpan<byte> data)
    {
        var power2 = Multiply(key, key);
        var power3 = Multiply(power2, key);
        var power4 = Multiply(power2, power2);
        var power8 = Multiply(power4, power4);
        var all4 = Broadcast(power4);
        var all8 = Broadcast(power8);
        var all12 = Broadcast(Multiply(power8, power4));
        var all16 = Broadcast(Multiply(power8, power8));

        var first = Vector512.Create(Vector256.Create(sum, Vector128<ulong>.Zero), Vector256<ulong>.Zero);
        var lanes = Vector512<ulong>.Zero;
        ref var next = ref MemoryMarshal.GetReference(data);
        for (var left = data.Length; left > 0; left -= WideBytes)
        {
            var product = default(Product512);
            product.Add(first ^ Quad(ref next, 0), all12);
            product.Add(Quad(ref next, 1), all8);
            product.Add(Quad(ref next, 2), all4);
            product.Add(lanes, all16);
            lanes = product.Reduce() ^ Quad(ref next, 3);
            first = Vector512<ulong>.Zero;
            next = ref Unsafe.Add(ref next, WideBytes);
        }

        var last = default(Product512);
        last.Add(lanes, Vector512.Create(Vector256.Create(power4, power3), Vector256.Create(power2, key)));
        var four = last.Reduce();
        var two = four.GetLower() ^ four.GetUpper();
        return two.GetLower() ^ two.GetUpper();
    }

    private static Vector512<ulong> Broadcast(Vector128<ulong> value) =>
        Vector512.Create(Vector256.Create(value, value), Vector256.Create(value, value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<ulong> Block(ref byte start, int index) =>
        Vector128.LoadUnsafe(ref start, (nuint)(index * BlockBytes)).AsUInt64();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<ulong> Quad(ref byte start, int index) =>
        Vector512.LoadUnsafe(ref start, (nuint)(index * Vector512Bytes)).AsUInt64();

    /// <summary>A sum of unreduced products of 255 bits: outer parts, and the middle that overlaps both.</summary>
    private struct Product128
    {
        private Vector128<ulong> _low;
        private Vector128<ulong> _middle;
        private Vector128<ulong> _high;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Add(Vector128<ulong> left, Vector128<ulong> right)
        {
            _low ^= Pclmulqdq.CarrylessMultiply(left, right, 0x00);
            _high ^= Pclmulqdq.CarrylessMultiply(left, right, 0x11);
            _middle ^= Pclmulqdq.CarrylessMultiply(left, right, 0x01)
                ^ Pclmulqdq.CarrylessMultiply(left, right, 0x10);
        }

        /// <summary>Divides by x^128 in the field: 64 bits of the lower half are folded away at a time.</summary>
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public readonly Vector128<ulong> Reduce()
        {
            var fold = Vector128.Create(0, Fold);
            var low = _low ^ Sse2.ShiftLeftLogical128BitLane(_middle, 8);
            var high = _high ^ Sse2.ShiftRightLogical128BitLane(_middle, 8);
            low = Sse2.Shuffle(low.AsUInt32(), 0x4E).AsUInt64() ^ Pclmulqdq.CarrylessMultiply(low, fold, 0x10);
            low = Sse2.Shuffle(low.AsUInt32(), 0x4E).AsUInt64() ^ Pclmulqdq.CarrylessMultiply(low, fold, 0x10);
            return low ^ high;
        }
    }

    /// <summary>The same for four blocks side by side.</summary>
    private struct Product512
    {
        private Vector512<ulong> _low;
        private Vector512<ulong> _middle;
        private Vector512<ulong> _high;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Add(Vector512<ulong> left, Vector512<ulong> right)
        {
            _low ^= Pclmulqdq.V512.CarrylessMultiply(left, right, 0x00);
            _high ^= Pclmulqdq.V512.CarrylessMultiply(left, right, 0x11);
            _middle ^= Pclmulqdq.V512.CarrylessMultiply(left, right, 0x01)
                ^ Pclmulqdq.V512.CarrylessMultiply(left, right, 0x10);
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public readonly Vector512<ulong> Reduce()
        {
            var fold = Broadcast(Vector128.Create(0, Fold));
            var low = _low ^ Avx512BW.ShiftLeftLogical128BitLane(_middle.AsByte(), 8).AsUInt64();
            var high = _high ^ Avx512BW.ShiftRightLogical128BitLane(_middle.AsByte(), 8).AsUInt64();
            low = Avx512F.Shuffle(low.AsUInt32(), 0x4E).AsUInt64() ^ Pclmulqdq.V512.CarrylessMultiply(low, fold, 0x10);
            low = Avx512F.Shuffle(low.AsUInt32(), 0x4E).AsUInt64() ^ Pclmulqdq.V512.CarrylessMultiply(low, fold, 0x10);
            return low ^ high;
        }
    }
}
