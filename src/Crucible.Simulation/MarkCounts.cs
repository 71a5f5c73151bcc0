namespace Crucible.Simulation;

/// <summary>How often each mark was reached.</summary>
public sealed class MarkCounts
{
    private readonly long[] _counts = new long[Enum.GetValues<Mark>().Length];

    public long this[Mark mark] => _counts[(int)mark];

    /// <summary>Marks that were never reached, in order.</summary>
    public IReadOnlyList<Mark> Missing => [.. Enum.GetValues<Mark>().Where(mark => this[mark] == 0)];

    public void Count(Mark mark) => _counts[(int)mark]++;

    public void Add(MarkCounts other)
    {
        for (var i = 0; i < _counts.Length; i++)
            _counts[i] += other._counts[i];
    }

    public override string ToString() =>
        string.Join('\n', Enum.GetValues<Mark>().Select(mark => $"{mark,-30} {this[mark],12}"));
}
