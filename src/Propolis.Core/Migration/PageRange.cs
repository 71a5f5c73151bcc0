using System.Collections.Immutable;
using System.Numerics;

namespace Propolis.Core.Migration;

/// <summary>Some pages of a stretch of guest memory. Compares by value.</summary>
/// <param name="Start">Address of the first page of the stretch; a multiple of the page size.</param>
/// <param name="End">Address after its last page; a multiple of the page size.</param>
/// <param name="Bitmap">A bit for each page, the least significant of the first byte first; padding is zero.</param>
public sealed record PageRange(ulong Start, ulong End, ImmutableArray<byte> Bitmap)
{
    /// <summary>How many pages are meant.</summary>
    public int Count => Bitmap.Sum(static bits => BitOperations.PopCount(bits));

    /// <summary>Their addresses, ascending.</summary>
    public IEnumerable<ulong> Addresses =>
        from bit in Enumerable.Range(0, Bitmap.Length * 8)
        where (Bitmap[bit / 8] & (1 << (bit % 8))) != 0
        select Start + ((ulong)bit * GuestPages.PageBytes);

    /// <summary>All pages from one address up to another.</summary>
    public static PageRange All(ulong start, ulong end)
    {
        var pages = (int)((end - start) / GuestPages.PageBytes);
        var bitmap = new byte[(pages + 7) / 8];
        for (var page = 0; page < pages; page++)
            bitmap[page / 8] |= (byte)(1 << (page % 8));
        return new PageRange(start, end, [.. bitmap]);
    }

    public bool Equals(PageRange? other) =>
        other is not null && Start == other.Start && End == other.End && Bitmap.AsSpan().SequenceEqual(other.Bitmap.AsSpan());

    public override int GetHashCode() => HashCode.Combine(Start, End, Bitmap.Length);

    public override string ToString() => $"pages {Start:x} to {End:x}";
}
