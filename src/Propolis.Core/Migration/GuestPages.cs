using System.Collections.Immutable;

namespace Propolis.Core.Migration;

/// <summary>Guest memory cut into pages, for the way to another server.</summary>
public static class GuestPages
{
    public const int PageBytes = 4096;

    /// <summary>Pages in one offer of ours: as many as are ever under way at once.</summary>
    public const int OfferPagesMax = 256;

    /// <summary>Bytes of a bitmap in one message (propolis-server API, section 17.3).</summary>
    public const int BitmapBytesMax = 4096;

    /// <summary>Every page of a memory, in offers.</summary>
    public static ImmutableArray<PageRange> OffersOf(ReadOnlyMemory<byte> memory)
    {
        var end = (ulong)(memory.Length + PageBytes - 1) / PageBytes * PageBytes;
        var offers = ImmutableArray.CreateBuilder<PageRange>();
        for (var start = 0UL; start < end; start += OfferPagesMax * PageBytes)
            offers.Add(PageRange.All(start, Math.Min(end, start + (OfferPagesMax * PageBytes))));
        return offers.ToImmutable();
    }

    /// <summary>One page of a memory; what is beyond its end is zero.</summary>
    public static ReadOnlyMemory<byte> PageOf(ReadOnlyMemory<byte> memory, ulong address)
    {
        var page = new byte[PageBytes];
        var length = Math.Min(PageBytes, memory.Length - (long)address);
        if (length > 0)
            memory.Span.Slice((int)address, (int)length).CopyTo(page);
        return page;
    }

    /// <summary>Puts pages together again, from address 0 to the last of them.</summary>
    public static ReadOnlyMemory<byte> MemoryOf(ImmutableSortedDictionary<ulong, ReadOnlyMemory<byte>> pages)
    {
        if (pages.IsEmpty)
            return default;
        var memory = new byte[pages.Keys.Last() + PageBytes];
        foreach (var (address, page) in pages)
            page.CopyTo(memory.AsMemory((int)address));
        return memory;
    }

    /// <summary>Whether a stretch lies in memory we take, on page borders, with a bitmap that fits it.</summary>
    public static bool IsSound(PageRange range)
    {
        if (!IsStretch(range.Start, range.End) || range.End > MachineImage.MemoryBytesMax)
            return false;
        var pages = (range.End - range.Start) / PageBytes;
        if (range.Bitmap.Length != (int)((pages + 7) / 8) || range.Bitmap.Length > BitmapBytesMax)
            return false;
        return pages % 8 == 0 || range.Bitmap[^1] >> (int)(pages % 8) == 0;
    }

    private static bool IsStretch(ulong start, ulong end) =>
        start % PageBytes == 0 && end % PageBytes == 0 && start < end;
}
