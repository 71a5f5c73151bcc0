using System.Globalization;

namespace PropolisActors.Benchmarks.Service;

/// <summary>One line of the result.</summary>
/// <param name="Name">What was measured.</param>
/// <param name="Value">In <paramref name="Unit"/>.</param>
/// <param name="Unit">As printed.</param>
/// <param name="Target">Null for a figure that only explains another.</param>
/// <param name="IsLeast">The target is the least that is wanted, not the most.</param>
internal sealed record Figure(string Name, double Value, string Unit, double? Target = null, bool IsLeast = false)
{
    public bool IsMet => Target is not { } target || (IsLeast ? Value >= target : Value <= target);

    public override string ToString()
    {
        var target = Target is { } t ? $"{(IsLeast ? ">=" : "<=")} {Number(t)} {Unit}" : "";
        var verdict = Target is null ? "" : IsMet ? "met" : "MISSED";
        return $"{Name,-66} {Number(Value),9} {Unit,-7} {target,-16} {verdict}".TrimEnd();
    }

    private static string Number(double value) =>
        value.ToString(value >= 1000 ? "N0" : value >= 100 ? "0" : "0.00", CultureInfo.InvariantCulture);
}
