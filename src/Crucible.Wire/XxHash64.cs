using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Crucible.Wire;

/// <summary>
/// XXH64 with seed 0, the integrity hash of a block (protocol section 17.1). <see cref="XxHash64Incremental"/>
/// gives the same number for input that comes in pieces.
/// </summary>
public static class XxHash64
{
    internal const int StripeBytes = 32;

    // The five primes and the rotations are those of the published XXH64 algorithm.
    internal const ulong Prime1 = 0x9E3779B185EBCA87;
    internal const ulong Prime2 = 0xC2B2AE3D27D4EB4F;
    internal const ulong Prime3 = 0x165667B19E3779F9;
    internal const ulong Prime4 = 0x85EBCA77C2B2AE63;
    internal const ulong Prime5 = 0x27D4EB2F165667C5;

    /// <summary>The hash of <paramref name="data"/>, any length; on the wire it is a little-endian u64.</summary>
    public static ulong Hash(ReadOnlySpan<byte> data)
    {
        if (data.Length < StripeBytes)
            return Finish(Prime5, (ulong)data.Length, data);

        var lanes = Lanes.Start;
        var striped = data.Length & ~(StripeBytes - 1);
        lanes.Absorb(data[..striped]);
        return Finish(lanes.Merge(), (ulong)data.Length, data[striped..]);
    }

    /// <summary>Mixes in the total length and the last bytes that fill no stripe (fewer than 32).</summary>
    internal static ulong Finish(ulong hash, ulong totalBytes, ReadOnlySpan<byte> tail)
    {
        hash += totalBytes;
        while (tail.Length >= 8)
        {
            hash ^= Round(0, BinaryPrimitives.ReadUInt64LittleEndian(tail));
            hash = (ulong.RotateLeft(hash, 27) * Prime1) + Prime4;
            tail = tail[8..];
        }

        if (tail.Length >= 4)
        {
            hash ^= BinaryPrimitives.ReadUInt32LittleEndian(tail) * Prime1;
            hash = (ulong.RotateLeft(hash, 23) * Prime2) + Prime3;
            tail = tail[4..];
        }

        foreach (var last in tail)
        {
            hash ^= last * Prime5;
            hash = ulong.RotateLeft(hash, 11) * Prime1;
        }

        hash = (hash ^ (hash >> 33)) * Prime2;
        hash = (hash ^ (hash >> 29)) * Prime3;
        return hash ^ (hash >> 32);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Round(ulong lane, ulong input) =>
        ulong.RotateLeft(lane + (input * Prime2), 31) * Prime1;

    /// <summary>The four running sums over whole stripes.</summary>
    internal struct Lanes
    {
        private ulong _first;
        private ulong _second;
        private ulong _third;
        private ulong _fourth;

        public static Lanes Start => new()
        {
            _first = unchecked(Prime1 + Prime2),
            _second = Prime2,
            _third = 0,
            _fourth = unchecked(0 - Prime1),
        };

        /// <summary>Takes in <paramref name="stripes"/>, whose length is a multiple of 32.</summary>
        public void Absorb(ReadOnlySpan<byte> stripes)
        {
            if (Avx512DQ.VL.IsSupported && BitConverter.IsLittleEndian)
                AbsorbWide(stripes);
            else
                AbsorbEach(stripes);
        }

        // The four lanes side by side in one register: a processor that multiplies four at once is bound by how long a
        // round takes and not by how many multiplications it can begin.
        private void AbsorbWide(ReadOnlySpan<byte> stripes)
        {
            var lanes = Vector256.Create(_first, _second, _third, _fourth);
            var (prime1, prime2) = (Vector256.Create(Prime1), Vector256.Create(Prime2));
            ref var next = ref MemoryMarshal.GetReference(stripes);
            for (var left = stripes.Length; left >= StripeBytes; left -= StripeBytes)
            {
                var input = Unsafe.ReadUnaligned<Vector256<ulong>>(ref next);
                lanes += Avx512DQ.VL.MultiplyLow(input, prime2);
                lanes = Avx512DQ.VL.MultiplyLow(Avx512F.VL.RotateLeft(lanes, 31), prime1);
                next = ref Unsafe.Add(ref next, StripeBytes);
            }

            (_first, _second, _third, _fourth) = (lanes[0], lanes[1], lanes[2], lanes[3]);
        }

        internal void AbsorbEach(ReadOnlySpan<byte> stripes)
        {
            // Locals stay in registers, and one check of the end replaces four bounds checks a stripe.
            var (first, second, third, fourth) = (_first, _second, _third, _fourth);
            ref var next = ref MemoryMarshal.GetReference(stripes);
            for (var left = stripes.Length; left >= StripeBytes; left -= StripeBytes)
            {
                first = Round(first, Read(ref next, 0));
                second = Round(second, Read(ref next, 8));
                third = Round(third, Read(ref next, 16));
                fourth = Round(fourth, Read(ref next, 24));
                next = ref Unsafe.Add(ref next, StripeBytes);
            }

            (_first, _second, _third, _fourth) = (first, second, third, fourth);
        }

        public readonly ulong Merge()
        {
            var hash = ulong.RotateLeft(_first, 1) + ulong.RotateLeft(_second, 7)
                + ulong.RotateLeft(_third, 12) + ulong.RotateLeft(_fourth, 18);
            hash = ((hash ^ Round(0, _first)) * Prime1) + Prime4;
            hash = ((hash ^ Round(0, _second)) * Prime1) + Prime4;
            hash = ((hash ^ Round(0, _third)) * Prime1) + Prime4;
            return ((hash ^ Round(0, _fourth)) * Prime1) + Prime4;
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private static ulong Read(ref byte start, int offset)
        {
            var value = Unsafe.ReadUnaligned<ulong>(ref Unsafe.Add(ref start, offset));
            return BitConverter.IsLittleEndian ? value : BinaryPrimitives.ReverseEndianness(value);
        }
    }
}
