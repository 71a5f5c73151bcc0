namespace Propolis.Core.Spec;

/// <summary>Which CPUID entries can stand together. Source: propolis-server API, section 5.2 row 1.</summary>
internal static class CpuidRules
{
    private const uint StandardLeafMax = 0xFFFF;
    private const uint ExtendedLeafMin = 0x8000_0000;
    private const uint ExtendedLeafMax = 0x8000_FFFF;

    /// <summary>The first complaint in the order of the entries, or null.</summary>
    public static string? Refusal(Cpuid cpuid)
    {
        // A leaf maps to the subleaves seen so far, or to null when it came without any.
        var seen = new Dictionary<uint, HashSet<uint>?>();
        foreach (var entry in cpuid.Entries)
        {
            if (Refusal(seen, entry) is { } why)
                return $"instance spec's CPUID entries are invalid: {why}";
        }

        return null;
    }

    public static Cpuid InOrder(Cpuid cpuid) => cpuid with
    {
        Entries = ValueList.From(cpuid.Entries.OrderBy(e => e.Leaf).ThenBy(e => e.Subleaf ?? 0)),
    };

    private static string? Refusal(Dictionary<uint, HashSet<uint>?> seen, CpuidEntry entry)
    {
        if (entry.Leaf is > StandardLeafMax and (< ExtendedLeafMin or > ExtendedLeafMax))
            return $"leaf {entry.Leaf:x} not in standard or extended range";

        if (!seen.TryGetValue(entry.Leaf, out var subleaves))
        {
            seen[entry.Leaf] = entry.Subleaf is { } first ? [first] : null;
            return null;
        }

        return (subleaves, entry.Subleaf) switch
        {
            (null, null) => $"duplicate leaf and subleaf ({entry.Leaf:x}, None)",
            (null, _) => $"leaf {entry.Leaf:x} has an entry with no subleaves",
            (_, null) => $"leaf {entry.Leaf:x} has entries with subleaves",
            ({ } known, { } subleaf) when !known.Add(subleaf)
                => $"duplicate leaf and subleaf ({entry.Leaf:x}, Some({subleaf}))",
            _ => null,
        };
    }
}
