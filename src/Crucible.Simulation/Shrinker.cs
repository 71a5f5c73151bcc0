namespace Crucible.Simulation;

/// <summary>
/// Makes a failing run short: leaves out lines of its schedule for as long as the same rule breaks (delta debugging).
/// </summary>
public static class Shrinker
{
    /// <summary>Runs at most, so that it ends in seconds.</summary>
    private const int RunsMax = 1500;

    /// <summary>Which lines of the schedule are needed to break the rule that the seed breaks.</summary>
    /// <returns>One each; all true when the seed does not fail.</returns>
    public static bool[] Shrink(ulong seed, StoreDefect defect = StoreDefect.None)
    {
        var whole = SimulatedRun.Of(seed, new RunOptions(KeepTrace: false, defect));
        return Shrink(
            whole.ScheduleLength, whole.Rule,
            tried => SimulatedRun.Of(seed, new RunOptions(KeepTrace: false, defect, tried)).Rule);
    }

    /// <summary>The same for any run that has a schedule.</summary>
    /// <param name="length">Lines in the schedule.</param>
    /// <param name="rule">The rule the whole of it breaks; null when it breaks none.</param>
    /// <param name="ruleOf">The rule that is broken when only some lines happen.</param>
    public static bool[] Shrink(int length, string? rule, Func<bool[], string?> ruleOf)
    {
        var keep = new bool[length];
        Array.Fill(keep, true);
        if (rule is null)
            return keep;
        var runs = 0;
        bool Breaks(bool[] tried) => ++runs <= RunsMax && ruleOf(tried) == rule;

        // Nothing at all first, then halves, quarters, … and at last each line by itself, until none can go.
        for (var size = keep.Length; size >= 1 && runs < RunsMax;)
        {
            var removed = RemoveChunks(keep, size, Breaks);
            if (!removed || size > 1)
                size = removed && size > 1 ? Math.Min(size, keep.Count(k => k)) : size / 2;
        }

        return keep;
    }

    private static bool RemoveChunks(bool[] keep, int size, Func<bool[], bool> breaks)
    {
        var removed = false;
        var kept = Enumerable.Range(0, keep.Length).Where(i => keep[i]).ToArray();
        for (var end = kept.Length; end > 0; end -= size)
        {
            var tried = (bool[])keep.Clone();
            for (var i = Math.Max(0, end - size); i < end; i++)
                tried[kept[i]] = false;
            if (!breaks(tried))
                continue;
            tried.CopyTo(keep, 0);
            removed = true;
        }

        return removed;
    }
}
