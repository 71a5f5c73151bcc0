using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using System.Security.Cryptography;
using AesInstructions = System.Runtime.Intrinsics.X86.Aes;

namespace Crucible.Wire.Encryption;

/// <summary>The expanded key of AES-256 and its use through the AES instructions of x86.</summary>
[InlineArray(Count)]
internal struct RoundKeys
{
    /// <summary>AES-256 has 14 rounds and one key before the first.</summary>
    public const int Count = 15;

    private Vector128<byte> _first;

    public static bool IsSupported => AesInstructions.IsSupported && Ssse3.IsSupported;

    /// <summary>The key schedule of FIPS 197 for the two halves of a 32-byte key.</summary>
    public void Expand(Vector128<byte> low, Vector128<byte> high)
    {
        // With one word in all four columns the row shift of a last round changes nothing, so it is just SubWord and
        // an exclusive or. That takes the round constant as data and is faster than the key generation instruction.
        var rotated = Vector128.Create(0x0C0F0E0Du).AsByte();
        var straight = Vector128.Create(0x0F0E0D0Cu).AsByte();
        ref var keys = ref _first;
        keys = low;
        Unsafe.Add(ref keys, 1) = high;
        var constant = Vector128<uint>.One;
        for (var i = 2; ; i += 2)
        {
            low = Spread(low) ^ AesInstructions.EncryptLast(Ssse3.Shuffle(high, rotated), constant.AsByte());
            Unsafe.Add(ref keys, i) = low;
            if (i == Count - 1)
                return;
            high = Spread(high) ^ AesInstructions.EncryptLast(Ssse3.Shuffle(low, straight), Vector128<byte>.Zero);
            Unsafe.Add(ref keys, i + 1) = high;
            constant <<= 1;
        }
    }

    [UnscopedRef]
    public ref Vector128<byte> First
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => ref _first;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Vector128<byte> Encrypt(Vector128<byte> block)
    {
        ref var keys = ref _first;
        block ^= keys;
        for (var round = 1; round < Count - 1; round++)
            block = AesInstructions.Encrypt(block, Unsafe.Add(ref keys, round));
        return AesInstructions.EncryptLast(block, Unsafe.Add(ref keys, Count - 1));
    }

    public void Wipe() => CryptographicOperations.ZeroMemory(MemoryMarshal.AsBytes((Span<Vector128<byte>>)this));

    /// <summary>Each word becomes the exclusive or of itself and all words before it.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<byte> Spread(Vector128<byte> key)
    {
        key ^= Sse2.ShiftLeftLogical128BitLane(key, 4);
        return key ^ Sse2.ShiftLeftLogical128BitLane(key, 8);
    }
}
