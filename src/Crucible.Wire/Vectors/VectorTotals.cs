namespace Crucible.Wire.Vectors;

/// <summary>How many entries of a vector file came out which way.</summary>
public sealed record VectorTotals(int Passed, int Failed)
{
    /// <summary>Something was checked and nothing failed.</summary>
    public bool IsGood => Passed > 0 && Failed == 0;

    public static VectorTotals Of(IEnumerable<VectorResult> results)
    {
        var totals = new VectorTotals(0, 0);
        foreach (var result in results)
            totals = totals.With(result.Outcome);
        return totals;
    }

    /// <summary>These totals and one entry more.</summary>
    public VectorTotals With(VectorOutcome outcome) => outcome == VectorOutcome.Passed
        ? this with { Passed = Passed + 1 }
        : this with { Failed = Failed + 1 };
}
