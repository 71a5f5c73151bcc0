using System.Security.Cryptography;

namespace Crucible.Wire.Encryption;

/// <summary>How RFC 8452 puts hash, block cipher and key stream together, whichever code carries them out.</summary>
internal static class GcmSivMode
{
    /// <summary>Encrypts <paramref name="text"/> in place, fills in its tag and wipes the message's keys.</summary>
    public static void Seal<TCipher>(
        ref TCipher cipher,
        Span<byte> text,
        ReadOnlySpan<byte> nonce,
        ReadOnlySpan<byte> associatedData,
        Span<byte> tag)
        where TCipher : struct, IMessageCipher
    {
        try
        {
            ComputeTag(ref cipher, text, nonce, associatedData, tag);
            cipher.ApplyKeystream(tag, text);
        }
        finally
        {
            cipher.Wipe();
        }
    }

    /// <summary>Decrypts <paramref name="text"/> in place, or zeros it when the tag does not belong to it.</summary>
    public static bool TryOpen<TCipher>(
        ref TCipher cipher,
        Span<byte> text,
        ReadOnlySpan<byte> nonce,
        ReadOnlySpan<byte> associatedData,
        ReadOnlySpan<byte> tag)
        where TCipher : struct, IMessageCipher
    {
        Span<byte> expected = stackalloc byte[AesGcmSiv.TagBytes];
        try
        {
            cipher.ApplyKeystream(tag, text);
            ComputeTag(ref cipher, text, nonce, associatedData, expected);
            if (CryptographicOperations.FixedTimeEquals(expected, tag))
                return true;

            // The mode must decrypt before it can check, and unauthenticated plaintext must never be seen.
            CryptographicOperations.ZeroMemory(text);
            return false;
        }
        finally
        {
            // The right tag of a forged message is what a forger is looking for.
            CryptographicOperations.ZeroMemory(expected);
            cipher.Wipe();
        }
    }

    private static void ComputeTag<TCipher>(
        ref TCipher cipher,
        ReadOnlySpan<byte> text,
        ReadOnlySpan<byte> nonce,
        ReadOnlySpan<byte> associatedData,
        Span<byte> tag)
        where TCipher : struct, IMessageCipher
    {
        cipher.Hash(associatedData, text, tag);
        for (var i = 0; i < nonce.Length; i++)
            tag[i] ^= nonce[i];

        // The top bit tells tags (0) from counter blocks (1), so that no key stream block is ever a tag.
        tag[^1] &= 0x7F;
        cipher.EncryptBlock(tag);
    }
}
