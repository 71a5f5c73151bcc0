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
            (Vector128.LoadUnsafe(ref next) ^ keys.Encrypt(counter.AsByte())).StoreUnsafe(ref next);
            counter += one;
            next = ref Unsafe.Add(ref next, BlockBytes);
        }

        if (left > 0)
            ApplyLast(keys.Encrypt(counter.AsByte()), text[^left..]);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void ApplyEight(ref RoundKeys keys, ref Vector128<uint> counter, ref byte text)
    {
        ref var key = ref keys.First;
        var start = counter;
        var b0 = start.AsByte() ^ key;
        var b1 = (start + Vector128.CreateScalar(1u)).AsByte() ^ key;
        var b2 = (start + Vector128.CreateScalar(2u)).AsByte() ^ key;
        var b3 = (start + Vector128.CreateScalar(3u)).AsByte() ^ key;
        var b4 = (start + Vector128.CreateScalar(4u)).AsByte() ^ key;
        var b5 = (start + Vector128.CreateScalar(5u)).AsByte() ^ key;
        var b6 = (start + Vector128.CreateScalar(6u)).AsByte() ^ key;
        var b7 = (start + Vector128.CreateScalar(7u)).AsByte() ^ key;
        counter = start + Vector128.CreateScalar(8u);
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
