namespace Crucible.Wire.Vectors;

/// <summary>Checks what the cipher makes of a block. Each check answers what is wrong, or an empty text.</summary>
internal static class CipherCheck
{
    /// <summary>Seals the plaintext, opens the ciphertext, and sees that a changed tag opens nothing.</summary>
    public static string Both(JsonCursor entry)
    {
        using var cipher = new AesGcmSiv(entry["key_hex"].Hex(AesGcmSiv.KeyBytes));
        var nonce = entry["nonce_hex"].Hex(AesGcmSiv.NonceBytes);
        var associatedData = entry["aad_hex"].Hex();
        var (plaintext, ciphertext) = (entry["plaintext_hex"].Hex(), entry["ciphertext_hex"].Hex());
        var tag = entry["tag_hex"].Hex(AesGcmSiv.TagBytes);

        var block = plaintext.AsSpan().ToArray();
        Span<byte> computed = stackalloc byte[AesGcmSiv.TagBytes];
        cipher.Seal(block, nonce, associatedData, computed);
        if (!block.AsSpan().SequenceEqual(ciphertext))
            return $"{entry.Path}.ciphertext_hex: encrypting gives other bytes";
        if (!computed.SequenceEqual(tag))
            return $"{entry.Path}.tag_hex: is not {Convert.ToHexStringLower(computed)}, which was computed";
        if (!cipher.TryOpen(block, nonce, associatedData, tag) || !block.AsSpan().SequenceEqual(plaintext))
            return $"{entry.Path}: decrypting does not give the plaintext";

        computed[0] ^= 1;
        return cipher.TryOpen(ciphertext, nonce, associatedData, computed) ? $"{entry.Path}: a wrong tag opens it" : "";
    }

    /// <summary>The same, and the integrity hash of the encrypted block.</summary>
    public static string Block(JsonCursor entry)
    {
        var wrong = Both(entry);
        return wrong.Length > 0 ? wrong : HashCheck.EncryptedBlock(entry);
    }
}
