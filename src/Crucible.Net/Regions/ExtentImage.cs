using System.Buffers.Binary;
using Crucible.Wire;
using Microsoft.Win32.SafeHandles;

namespace Crucible.Net.Regions;

/// <summary>
/// An extent's file as another disk server made it. It may use both context slots of a block (see
/// <see cref="ExtentFile"/>); here only slot A is used, so a file that comes from elsewhere is settled first.
/// </summary>
internal static class ExtentImage
{
    private const int BlocksAtOnce = 4096;

    /// <summary>Checks a file and moves every context that counts into slot A, durably.</summary>
    /// <param name="isSynced">All of the file was made durable before; if nothing has to move, it still is.</param>
    /// <param name="mayBeDirty">A dirty file says by the hash of the stored bytes which slot counts; a clean one by its
    /// bitmap. Repairs copy flushed extents only, so a dirty one there was not closed.</param>
    /// <returns>What is wrong with it, to follow a colon; null if it was settled.</returns>
    /// <exception cref="IOException">It could not be read, or may not be durable.</exception>
    public static string? Settle(string path, RegionDefinition region, bool mayBeDirty, bool isSynced, IDiskSync sync)
    {
        using var file = File.OpenHandle(path, FileMode.Open, FileAccess.ReadWrite);
        var length = RandomAccess.GetLength(file);
        if (length != ExtentFile.LengthOf(region))
            return $"it has {length} bytes, not {ExtentFile.LengthOf(region)}";
        if (!ExtentFile.TryReadState(file, region, out var state))
            return $"it does not end in metadata of version {ExtentFile.LayoutVersion}";
        if (state.Dirty && !mayBeDirty)
            return "it is dirty, so it was not closed while it was copied";

        var bitmap = new byte[ExtentFile.BitmapBytes(region)];
        ExtentFile.ReadFully(file, bitmap, ExtentFile.BitmapOffset(region));
        var isSettled = true;
        for (var first = 0L; first < (long)region.ExtentSize.Value; first += BlocksAtOnce)
        {
            var count = (int)Math.Min(BlocksAtOnce, (long)region.ExtentSize.Value - first);
            if (IsSettled(file, region, first, count, state.Dirty ? null : bitmap))
                continue;
            isSettled = false;
            if (SettleBlocks(file, region, first, count, state.Dirty ? null : bitmap) is { } block)
                return $"neither context of block {block} belongs to its data";
        }
        if (!isSettled)
            RandomAccess.Write(file, new byte[bitmap.Length], ExtentFile.BitmapOffset(region));
        if (!isSettled || !isSynced)
            sync.Sync(file);
        return null;
    }

    /// <summary>Most files are settled already: nothing is ever in their second slots.</summary>
    private static bool IsSettled(SafeFileHandle file, RegionDefinition region, long first, int count, byte[]? bitmap)
    {
        if (bitmap is null || !BitsAreClear(bitmap, first, count))
            return false;
        var b = new byte[count * ContextSlot.Size];
        ExtentFile.ReadFully(file, b, ExtentFile.SecondSlotOffset(region, first));
        return b.AsSpan().IndexOfAnyExcept((byte)0) < 0;
    }

    /// <summary>Settles consecutive blocks.</summary>
    /// <returns>The first block that is neither empty nor described by one of its contexts; null if there is
    /// none.</returns>
    private static long? SettleBlocks(
        SafeFileHandle file, RegionDefinition region, long first, int count, byte[]? bitmap)
    {
        var a = new byte[count * ContextSlot.Size];
        var b = new byte[a.Length];
        ExtentFile.ReadFully(file, a, ExtentFile.SlotOffset(region, first));
        ExtentFile.ReadFully(file, b, ExtentFile.SecondSlotOffset(region, first));
        for (var i = 0; i < count; i++)
        {
            var slotA = a.AsSpan(i * ContextSlot.Size, ContextSlot.Size);
            var slotB = b.AsSpan(i * ContextSlot.Size, ContextSlot.Size);
            bool? isB = bitmap is not null
                ? IsSet(bitmap, first + i)
                : WhichBelongs(file, region, first + i, slotA, slotB);
            if (isB is null)
                return first + i;
            if (isB.Value)
                slotB.CopyTo(slotA);
            // What never got its context was never written, and such a block reads as zeros everywhere.
            if (bitmap is null && slotA[0] == 0)
                RandomAccess.Write(file, new byte[(int)region.BlockSize], (first + i) * (long)region.BlockSize);
        }
        RandomAccess.Write(file, a, ExtentFile.SlotOffset(region, first));
        b.AsSpan().Clear();
        RandomAccess.Write(file, b, ExtentFile.SecondSlotOffset(region, first));
        return null;
    }

    /// <summary>The rule for an extent that was not flushed: the slot whose hash fits the stored bytes, else an empty
    /// one.</summary>
    private static bool? WhichBelongs(
        SafeFileHandle file, RegionDefinition region, long block, ReadOnlySpan<byte> a, ReadOnlySpan<byte> b)
    {
        if (a[0] == 0 && b[0] == 0)
            return false;
        var data = new byte[(int)region.BlockSize];
        ExtentFile.ReadFully(file, data, block * data.Length);
        var hash = BlockHash.Plain(data);
        if (Fits(a, hash))
            return false;
        if (Fits(b, hash))
            return true;
        return a[0] == 0 ? false : b[0] == 0 ? true : null;
    }

    private static bool Fits(ReadOnlySpan<byte> slot, ulong storedBytesHash) =>
        slot[0] == 1 && slot[9] <= 1
        && BinaryPrimitives.ReadUInt64LittleEndian(slot[ContextSlot.StoredHashOffset(slot)..]) == storedBytesHash;

    private static bool BitsAreClear(byte[] bitmap, long first, int count)
    {
        for (var block = first; block < first + count; block++)
        {
            if (IsSet(bitmap, block))
                return false;
        }
        return true;
    }

    private static bool IsSet(byte[] bitmap, long block) => (bitmap[block / 8] >> (int)(block % 8) & 1) != 0;
}
