using Crucible.Wire;

namespace Crucible.Core.Upstairs;

/// <summary>What the extents of the compared copies say, taken together (protocol section 11).</summary>
/// <param name="GenerationFound">The highest generation found; 0 on copies that were never flushed.</param>
/// <param name="FlushFound">The highest flush number found.</param>
/// <param name="Mends">One for each extent that is not clean and equal on all compared copies, in extent order.</param>
public sealed record ExtentComparison(ulong GenerationFound, ulong FlushFound, IReadOnlyList<ExtentMend> Mends)
{
    /// <summary>Compares extent by extent.</summary>
    /// <param name="slots">Who is compared, in slot order: two or three. All arrays of all copies have the same
    /// length: it was checked when they arrived.</param>
    public static ExtentComparison Of(IReadOnlyList<(ClientId Slot, Message.ExtentVersions Versions)> slots)
    {
        ulong generation = 0, flush = 0;
        var mends = new List<ExtentMend>();
        for (var extent = 0; extent < slots[0].Versions.Generations.Length; extent++)
        {
            foreach (var (_, versions) in slots)
            {
                generation = Math.Max(generation, versions.Generations[extent].Value);
                flush = Math.Max(flush, versions.FlushNumbers[extent].Value);
            }

            if (MendOf(slots, extent) is { } mend)
                mends.Add(mend);
        }

        return new ExtentComparison(generation, flush, mends);
    }

    /// <summary>
    /// The source is the copy with the greatest (generation, flush number, dirty) and on a tie the lowest slot. Everybody
    /// who differs from it takes its copy; if it is dirty everybody does, for equal numbers say nothing of what was
    /// written since.
    /// </summary>
    private static ExtentMend? MendOf(
        IReadOnlyList<(ClientId Slot, Message.ExtentVersions Versions)> slots, int extent)
    {
        var (source, best) = (slots[0].Slot, StateOf(slots[0].Versions, extent));
        var differs = best.Dirty;
        foreach (var (slot, versions) in slots)
        {
            var state = StateOf(versions, extent);
            differs |= state != best;
            if (Compare(state, best) > 0)
                (source, best) = (slot, state);
        }

        return differs
            ? new ExtentMend(
                new ExtentId((uint)extent), source,
                [.. from s in slots
                    where s.Slot != source && (best.Dirty || StateOf(s.Versions, extent) != best)
                    select s.Slot])
            : null;
    }

    private static Message.ExtentState StateOf(Message.ExtentVersions versions, int extent) =>
        new(versions.Generations[extent], versions.FlushNumbers[extent], versions.DirtyBits[extent]);

    private static int Compare(Message.ExtentState left, Message.ExtentState right) =>
        (left.Generation.Value, left.FlushNumber.Value, left.Dirty)
            .CompareTo((right.Generation.Value, right.FlushNumber.Value, right.Dirty));
}
