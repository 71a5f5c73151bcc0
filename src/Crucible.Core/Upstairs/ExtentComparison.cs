using Crucible.Wire;

namespace Crucible.Core.Upstairs;

/// <summary>What the extents of three copies say, taken together (protocol section 11).</summary>
/// <param name="GenerationNeeded">One more than the highest generation found: an activation needs at least this.</param>
/// <param name="NextFlush">One more than the highest flush number found.</param>
/// <param name="Mismatches">Extents that are not clean and equal on all three.</param>
/// <param name="FirstMismatch">The lowest of them; -1 when there is none.</param>
internal readonly record struct ExtentComparison(
    ulong GenerationNeeded, FlushNumber NextFlush, int Mismatches, int FirstMismatch)
{
    /// <summary>Compares extent by extent.</summary>
    /// <param name="copies">All arrays of all copies have the same length: it was checked when they arrived.</param>
    public static ExtentComparison Of(IReadOnlyList<Message.ExtentVersions> copies)
    {
        ulong generation = 0, flush = 0;
        int mismatches = 0, first = -1;
        for (var extent = 0; extent < copies[0].Generations.Length; extent++)
        {
            var differs = false;
            foreach (var copy in copies)
            {
                generation = Math.Max(generation, copy.Generations[extent].Value);
                flush = Math.Max(flush, copy.FlushNumbers[extent].Value);
                differs |= copy.DirtyBits[extent]
                    || copy.Generations[extent] != copies[0].Generations[extent]
                    || copy.FlushNumbers[extent] != copies[0].FlushNumbers[extent];
            }

            if (!differs)
                continue;
            mismatches++;
            if (first < 0)
                first = extent;
        }

        return new ExtentComparison(OneMore(generation), new FlushNumber(OneMore(flush)), mismatches, first);
    }

    /// <summary>A server may claim the highest number there is.</summary>
    private static ulong OneMore(ulong number) => number == ulong.MaxValue ? number : number + 1;
}
