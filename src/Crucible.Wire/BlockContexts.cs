namespace Crucible.Wire;

/// <summary>Nonce (12 bytes) and tag (16 bytes) of one encrypted block, held by value so that it compares by value.</summary>
public readonly record struct EncryptionContext(Bytes12 Nonce, Bytes16 Tag);

/// <summary>What accompanies each block written: its XXH64 and, if encrypted, nonce and tag (section 4.4).</summary>
public readonly record struct BlockContext(ulong Hash, EncryptionContext? Encryption);

/// <summary>Which of the three forms a <see cref="ReadBlockContext"/> has; the value is its number on the wire.</summary>
public enum ReadContextKind
{
    /// <summary>The block was never written; its data is zeros.</summary>
    Empty = 0,

    /// <summary>The block is encrypted and carries no hash.</summary>
    Encrypted = 1,

    /// <summary>The block is plain and carries its hash.</summary>
    Unencrypted = 2,
}

/// <summary>What accompanies each block read (section 4.4).</summary>
public readonly record struct ReadBlockContext(ReadContextKind Kind, EncryptionContext Encryption, ulong Hash)
{
    public static ReadBlockContext Empty => default;

    public static ReadBlockContext OfEncrypted(EncryptionContext context) => new(ReadContextKind.Encrypted, context, 0);

    public static ReadBlockContext OfUnencrypted(ulong hash) => new(ReadContextKind.Unencrypted, default, hash);
}

/// <summary>Twelve bytes by value.</summary>
public readonly record struct Bytes12(ulong First8, uint Last4);

/// <summary>Sixteen bytes by value.</summary>
public readonly record struct Bytes16(ulong First8, ulong Last8);
