using System.Buffers.Binary;
using Crucible.Wire;

namespace Crucible.Net.Regions;

/// <summary>
/// The 48 bytes in which an extent's file keeps a block's context: tag (0 none, 1 present), hash, tag of the encryption
/// context with nonce and tag, the hash of the stored bytes, two unused bytes; zero padded. The members follow one
/// another without gaps, so a plain context is shorter than an encrypted one.
/// </summary>
internal static class ContextSlot
{
    public const int Size = 48;

    public static void Write(Span<byte> slot, in BlockContext context, ulong storedBytesHash)
    {
        slot[..Size].Clear();
        slot[0] = 1;
        BinaryPrimitives.WriteUInt64LittleEndian(slot[1..], context.Hash);
        var at = 10;
        if (context.Encryption is { } encryption)
        {
            slot[9] = 1;
            encryption.Nonce.CopyTo(slot[at..]);
            encryption.Tag.CopyTo(slot[(at + Bytes12.Size)..]);
            at += Bytes12.Size + Bytes16.Size;
        }
        BinaryPrimitives.WriteUInt64LittleEndian(slot[at..], storedBytesHash);
    }

    /// <summary>Where a present slot keeps the hash of the stored bytes.</summary>
    public static int StoredHashOffset(ReadOnlySpan<byte> slot) => slot[9] == 0 ? 10 : 10 + Bytes12.Size + Bytes16.Size;

    /// <summary>The context; null if the block was never written.</summary>
    /// <returns>False if the bytes are no slot at all.</returns>
    public static bool TryRead(ReadOnlySpan<byte> slot, out BlockContext? context)
    {
        context = null;
        if (slot[0] == 0)
            return true;
        if (slot[0] != 1 || slot[9] > 1)
            return false;
        EncryptionContext? encryption = slot[9] == 0
            ? null
            : new(Bytes12.From(slot.Slice(10, Bytes12.Size)), Bytes16.From(slot.Slice(22, Bytes16.Size)));
        context = new(BinaryPrimitives.ReadUInt64LittleEndian(slot[1..]), encryption);
        return true;
    }
}
