using System.Diagnostics;

namespace PropolisActors.Benchmarks.DataPath;

/// <summary>What this process did in a span of time, client and servers together.</summary>
internal readonly record struct Sample(double PerSecond, double ProcessorMicroseconds, double Bytes)
{
    /// <summary>Looks on while something counts what it does.</summary>
    public static async Task<Sample> OfAsync(Func<long> done, TimeSpan span)
    {
        var (before, processor, bytes) = (done(), Environment.CpuUsage.TotalTime, GC.GetTotalAllocatedBytes(precise: false));
        var watch = Stopwatch.StartNew();
        await Task.Delay(span).ConfigureAwait(false);
        var operations = Math.Max(1.0, done() - before);
        return new Sample(
            operations / watch.Elapsed.TotalSeconds,
            (Environment.CpuUsage.TotalTime - processor).TotalMicroseconds / operations,
            (GC.GetTotalAllocatedBytes(precise: false) - bytes) / operations);
    }
}
