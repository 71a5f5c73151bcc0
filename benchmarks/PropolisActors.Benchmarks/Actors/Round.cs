using System.Diagnostics;

namespace PropolisActors.Benchmarks.Actors;

/// <summary>Runs a benchmark several times and takes medians.</summary>
internal static class Round
{
    /// <summary>Rounds that count. Before them come <see cref="WarmUps"/> that do not.</summary>
    public const int Count = 9;

    private const int WarmUps = 3;

    public static Measurement Measure(
        string name, int operations, double targetPerSecond, double targetBytes, Func<int, Task> run)
    {
        for (var i = 0; i < WarmUps; i++)
            run(operations).GetAwaiter().GetResult();
        var rounds = Enumerable.Range(0, Count).Select(_ => One(operations, run)).ToArray();
        return new Measurement(
            name,
            Median(rounds.Select(round => round.PerSecond)),
            Median(rounds.Select(round => round.CpuNanoseconds)),
            Median(rounds.Select(round => round.Bytes)),
            targetPerSecond,
            targetBytes);
    }

    private static (double PerSecond, double CpuNanoseconds, double Bytes) One(int operations, Func<int, Task> run)
    {
        GC.Collect();
        using var process = Process.GetCurrentProcess();
        var bytes = GC.GetTotalAllocatedBytes(precise: true);
        var cpu = process.TotalProcessorTime;
        var start = Stopwatch.GetTimestamp();
        run(operations).GetAwaiter().GetResult();
        var elapsed = Stopwatch.GetElapsedTime(start);
        process.Refresh();
        return (
            operations / elapsed.TotalSeconds,
            (process.TotalProcessorTime - cpu).TotalNanoseconds / operations,
            (double)(GC.GetTotalAllocatedBytes(precise: true) - bytes) / operations);
    }

    private static double Median(IEnumerable<double> values)
    {
        var sorted = values.Order().ToArray();
        return sorted[sorted.Length / 2];
    }
}
