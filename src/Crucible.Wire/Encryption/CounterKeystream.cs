using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using AesInstructions = System.Runtime.Intrinsics.X86.Aes;

namespace Crucible.Wire.Encryption;

/// <summary>
/// The counter mode of RFC 8452 section 4 on AES instructions: a little-endian count in the first four bytes of the
/// block, which wraps without a carry into the rest.
/// </summary>
internal static class CounterKeystream
{
    private const int BlockBytes = 16;

    // One round takes about four cycles and two can start in each, so eight blocks in flight keep the unit busy.
    private const int WideBytes = 8 * BlockBytes;

    // On its own, so that its values get registers: inlined into a caller with many more and a finally, they do not, and
    // everything takes twice as long.
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static void Apply(ref RoundKeys keys, Vector128<byte> firstCounter, Span<byte> text)
    {
        var counter = firstCounter.AsUInt32();
        var one = Vector128.CreateScalar(1u);
        ref var next = ref MemoryMarshal.GetReference(text);
        var left = text.Length;
        for (; left >= WideBytes; left -= WideBytes)
        {
            ApplyEight(ref keys, ref counter, ref next);
            next = ref Unsafe.Add(ref next, WideBytes);
        }

        for (; left >= BlockBytes; left -= BlockBytes)
        {
            (Vector128.LoadUnsafe(ref next) ^ keys.Encrypt(Take(ref counter, one))).StoreUnsafe(ref next);
            next = ref Unsafe.Add(ref next, BlockBytes);
        }

        if (left > 0)
            ApplyLast(keys.Encrypt(counter.AsByte()), text[^left..]);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void ApplyEight(ref RoundKeys keys, ref Vector128<uint> counter, ref byte text)
    {
        // One constant instead of eight: blocks, counter, key and it must fit the 16 registers that AES can use.
        var one = Vector128.CreateScalar(1u);
        ref var key = ref keys.First;
        var b0 = Take(ref counter, one) ^ key;
        var b1 = Take(ref counter, one) ^ key;
        var b2 = Take(ref counter, one) ^ key;
        var b3 = Take(ref counter, one) ^ key;
        var b4 = Take(ref counter, one) ^ key;
        var b5 = Take(ref counter, one) ^ key;
        var b6 = Take(ref counter, one) ^ key;
        var b7 = Take(ref counter, one) ^ key;
        for (var round = 1; round < RoundKeys.Count - 1; round++)
        {
            var roundKey = Unsafe.Add(ref key, round);
            b0 = AesInstructions.Encrypt(b0, roundKey);
            b1 = AesInstructions.Encrypt(b1, roundKey);
            b2 = AesInstructions.Encrypt(b2, roundKey);
            b3 = AesInstructions.Encrypt(b3, roundKey);
            b4 = AesInstructions.Encrypt(b4, roundKey);
            b5 = AesInstructions.Encrypt(b5, roundKey);
            b6 = AesInstructions.Encrypt(b6, roundKey);
            b7 = AesInstructions.Encrypt(b7, roundKey);
        }

        var last = Unsafe.Add(ref key, RoundKeys.Count - 1);
        Finish(b0, last, ref text, 0);
        Finish(b1, last, ref text, 1);
        Finish(b2, last, ref text, 2);
        Finish(b3, last, ref text, 3);
        Finish(b4, last, ref text, 4);
        Finish(b5, last, ref text, 5);
        Finish(b6, last, ref text, 6);
        Finish(b7, last, ref text, 7);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<byte> Take(ref Vector128<uint> counter, Vector128<uint> one)
    {
        var taken = counter.AsByte();
        counter += one;
        return taken;
    }

    // The last round ends with adding its key, so the text can be added to the key before.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Finish(Vector128<byte> block, Vector128<byte> lastKey, ref byte text, int index)
    {
        ref var at = ref Unsafe.Add(ref text, index * BlockBytes);
        AesInstructions.EncryptLast(block, lastKey ^ Vector128.LoadUnsafe(ref at)).StoreUnsafe(ref at);
    }

    private static void ApplyLast(Vector128<byte> keystream, Span<byte> text)
    {
        Span<byte> bytes = stackalloc byte[BlockBytes];
        keystream.CopyTo(bytes);
        for (var i = 0; i < text.Length; i++)
            text[i] ^= bytes[i];
        bytes.Clear();
    }
}
