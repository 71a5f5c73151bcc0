using System.Globalization;

namespace PropolisActors.Benchmarks.Disks;

/// <summary>How the measurements of disks are printed: the same on every machine.</summary>
internal static class Printed
{
    public static void Line(FormattableString line) => Console.WriteLine(line.ToString(CultureInfo.InvariantCulture));

    public static string Verdict(bool met) => met ? "met" : "missed";

    /// <summary>How busy the machine is with everything, over the last minute.</summary>
    public static void Load() => Line($"load average: {File.ReadAllText("/proc/loadavg").Split(' ')[0]}");

    public static double Median(IEnumerable<double> values)
    {
        var sorted = values.Order().ToArray();
        return sorted[sorted.Length / 2];
    }
}
