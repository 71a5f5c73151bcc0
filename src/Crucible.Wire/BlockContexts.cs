using System.Buffers.Binary;

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

/// <summary>
/// Twelve bytes by value, in wire order: byte 0 is the lowest byte of <paramref name="First8"/>, byte 8 the lowest of
/// <paramref name="Last4"/> (both halves little endian, on every machine).
/// </summary>
public readonly record struct Bytes12(ulong First8, uint Last4)
{
    public const int Size = 12;

    /// <summary>The value of exactly 12 bytes; any other length is an <see cref="ArgumentException"/>.</summary>
    public static Bytes12 From(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length != Size)
            throw new ArgumentException($"Needs 12 bytes, got {bytes.Length}.", nameof(bytes));
        return new(BinaryPrimitives.ReadUInt64LittleEndian(bytes), BinaryPrimitives.ReadUInt32LittleEndian(bytes[8..]));
    }

    /// <summary>Writes the 12 bytes to the front of <paramref name="destination"/>, which must hold at least 12.</summary>
    public void CopyTo(Span<byte> destination)
    {
        BinaryPrimitives.WriteUInt32LittleEndian(destination[8..], Last4);
        BinaryPrimitives.WriteUInt64LittleEndian(destination, First8);
    }
}

/// <summary>
/// Sixteen bytes by value, in wire order: byte 0 is the lowest byte of <paramref name="First8"/>, byte 8 the lowest of
/// <paramref name="Last8"/> (both halves little endian, on every machine).
/// </summary>
public readonly record struct Bytes16(ulong First8, ulong Last8)
{
    public const int Size = 16;

    /// <summary>The value of exactly 16 bytes; any other length is an <see cref="ArgumentException"/>.</summary>
    public static Bytes16 From(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length != Size)
            throw new ArgumentException($"Needs 16 bytes, got {bytes.Length}.", nameof(bytes));
        return new(BinaryPrimitives.ReadUInt64LittleEndian(bytes), BinaryPrimitives.ReadUInt64LittleEndian(bytes[8..]));
    }

    /// <summary>Writes the 16 bytes to the front of <paramref name="destination"/>, which must hold at least 16.</summary>
    public void CopyTo(Span<byte> destination)
    {
        BinaryPrimitives.WriteUInt64LittleEndian(destination[8..], Last8);
        BinaryPrimitives.WriteUInt64LittleEndian(destination, First8);
    }
}
