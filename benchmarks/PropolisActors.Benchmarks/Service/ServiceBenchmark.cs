using System.Diagnostics;

namespace PropolisActors.Benchmarks.Service;

/// <summary>
/// How fast the whole service is, over HTTP and against disk servers in another process: its start, the start of a VM, status
/// reads during repairs, replacements while a thousand VMs start, and the memory of VMs that do nothing.
/// </summary>
/// <remarks>The disk servers keep nothing and answer at once (<see cref="MemoryServer"/>), and share the machine with the
/// service and with whoever asks it. So times are those of a small machine doing all three.</remarks>
public static class ServiceBenchmark
{
    private static readonly (string Word, Func<ServerFarm, IAsyncEnumerable<Figure>> MeasureAsync)[] Parts =
    [
        ("start", StartPart.MeasureAsync),
        ("disks", DisksPart.MeasureAsync),
        ("reads", ReadsPart.MeasureAsync),
        ("replace", ReplacePart.MeasureAsync),
        ("many", ManyPart.MeasureAsync),
        ("memory", MemoryPart.MeasureAsync),
    ];

    /// <summary>Measures the parts whose words are given, or all.</summary>
    /// <returns>0 when every target was met, 1 when one was missed, 2 for a word that is none.</returns>
    public static async Task<int> RunAsync(string[] args)
    {
        if (args is [ServerFarm.Word])
            return await ServerFarm.RunAsync();
        if (args.FirstOrDefault(word => !Parts.Any(part => part.Word == word)) is { } wrong)
        {
            await Console.Error.WriteLineAsync(
                $"there is no part '{wrong}'; there are {string.Join(", ", Parts.Select(part => part.Word))}");
            return 2;
        }

        Say($"service: {Environment.ProcessorCount} processors, load before {Load()}");
        using var farm = await ServerFarm.StartAsync();
        var allMet = true;
        foreach (var (word, measure) in Parts)
        {
            if (args.Length > 0 && !args.Contains(word, StringComparer.Ordinal))
                continue;
            await foreach (var figure in measure(farm))
            {
                Say(figure.ToString());
                allMet &= figure.IsMet;
            }
        }

        Say($"load after {Load()}");
        return allMet ? 0 : 1;
    }

    /// <summary>The value below which that part of all lie.</summary>
    /// <param name="sorted">Ascending, not empty.</param>
    internal static double Quantile(this IReadOnlyList<double> sorted, double part) =>
        sorted[Math.Min(sorted.Count - 1, (int)(part * sorted.Count))];

    internal static double MillisecondsSince(long begun) => Stopwatch.GetElapsedTime(begun).TotalMilliseconds;

    private static void Say(string line) => Console.WriteLine(line);

    /// <summary>Of the last minute, the last five and the last fifteen; a figure of a busy machine is worth little.</summary>
    private static string Load() => File.Exists("/proc/loadavg")
        ? string.Join(' ', File.ReadAllText("/proc/loadavg").Split(' ').Take(3))
        : "unknown";
}
