namespace Crucible.Wire;

/// <summary>
/// The integrity hash of one block (protocol section 17.1). One block, one hash: never over a whole multi-block write.
/// </summary>
public static class BlockHash
{
    /// <summary>The hash of an unencrypted block: XXH64 of its bytes.</summary>
    public static ulong Plain(ReadOnlySpan<byte> block) => XxHash64.Hash(block);

    /// <summary>
    /// The hash of an encrypted block: XXH64 of nonce, tag and ciphertext in that order. It is taken after
    /// encryption, so whoever holds no key can check it too.
    /// </summary>
    public static ulong Encrypted(in EncryptionContext context, ReadOnlySpan<byte> ciphertext)
    {
        Span<byte> prefix = stackalloc byte[Bytes12.Size + Bytes16.Size];
        context.Nonce.CopyTo(prefix);
        context.Tag.CopyTo(prefix[Bytes12.Size..]);

        var hash = default(XxHash64Incremental);
        hash.Append(prefix);
        hash.Append(ciphertext);
        return hash.Digest();
    }

    /// <summary>The hash a block must have, whether it is encrypted or (null) plain.</summary>
    public static ulong Of(EncryptionContext? context, ReadOnlySpan<byte> block) =>
        context is { } encrypted ? Encrypted(encrypted, block) : Plain(block);
}
