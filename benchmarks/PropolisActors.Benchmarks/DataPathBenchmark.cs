using System.Globalization;
using PropolisActors.Benchmarks.DataPath;

namespace PropolisActors.Benchmarks;

/// <summary>
/// Reads and writes of one region set over loopback to three servers of ours, beside the floor: bare sockets that carry as
/// many bytes both ways. Floor and disk take turns, and the ratio is the median of the turns' ratios.
/// </summary>
public static class DataPathBenchmark
{
    private const double RatioMin = 0.5;
    private const double MemoryIopsMin = 250_000;
    private const double OtherIopsMin = 45_000;

    /// <summary>A third of what the reference was seen to need: 85 us a write and 50 us a read.</summary>
    private const double WriteMicrosecondsMax = 85.0 / 3;
    private const double ReadMicrosecondsMax = 50.0 / 3;

    /// <summary>Measures and prints.</summary>
    /// <param name="args">Words: only what has one of them in its name is measured. "rounds=N", "seconds=S";
    /// "floor=0" leaves out the floor, for a profiler.</param>
    /// <returns>0 when every target was met, 1 otherwise.</returns>
    public static async Task<int> RunAsync(string[] args)
    {
        var rounds = (int)Number(args, "rounds=", 5);
        var span = TimeSpan.FromSeconds(Number(args, "seconds=", 1));
        var withFloor = Number(args, "floor=", 1) != 0;
        var words = Array.FindAll(args, a => !a.Contains('=', StringComparison.Ordinal));
        Say($"{Environment.ProcessorCount} processors, load average {File.ReadAllText("/proc/loadavg").Split(' ')[0]}, medians of {rounds} rounds of {span.TotalSeconds:0.#} s");
        Say($"{"",-46} {"op/s",9} {"floor op/s",10} {"ratio",6} {"cpu us/op",9} {"floor",6} {"B/op",7}  target");
        var met = await DiskAsync("in memory", null, encrypted: false, words, withFloor, rounds, span).ConfigureAwait(false);
        met &= await DiskAsync("in files", Path.GetTempPath(), encrypted: false, words, withFloor, rounds, span).ConfigureAwait(false);
        met &= await DiskAsync("in files, encrypted", Path.GetTempPath(), encrypted: true, words, withFloor, rounds, span).ConfigureAwait(false);
        return met ? 0 : 1;
    }

    private static async Task<bool> DiskAsync(
        string kind, string? parent, bool encrypted, string[] words, bool withFloor, int rounds, TimeSpan span)
    {
        var wanted = Array.FindAll(Traffic.All, t => Array.TrueForAll(words, w => $"{kind}: {t.Name}".Contains(w, StringComparison.Ordinal)));
        if (wanted.Length == 0)
            return true;
        var disk = await Disk.StartAsync(parent, encrypted).ConfigureAwait(false);
        await using (disk.ConfigureAwait(false))
        {
            var met = true;
            foreach (var traffic in wanted)
                met &= await TrafficAsync($"{kind}: {traffic.Name}", disk, traffic, parent is null, withFloor, rounds, span).ConfigureAwait(false);
            return met;
        }
    }

    private static async Task<bool> TrafficAsync(
        string name, Disk disk, Traffic traffic, bool inMemory, bool withFloor, int rounds, TimeSpan span)
    {
        var (floors, ours) = (new List<Sample>(), new List<Sample>());
        for (var round = -1; round < rounds; round++)
        {
            var floor = withFloor ? await FloorAsync(traffic, span).ConfigureAwait(false) : default;
            var own = await OursAsync(disk, traffic, span).ConfigureAwait(false);
            if (round < 0)
                continue;  // To warm up.
            floors.Add(floor);
            ours.Add(own);
        }

        var ratio = Median(ours.Zip(floors, (o, f) => o.PerSecond / f.PerSecond));
        var (rate, processor) = (Median(ours.Select(o => o.PerSecond)), Median(ours.Select(o => o.ProcessorMicroseconds)));
        var bytes = ours.Min(o => o.Bytes);
        var (verdict, met) = Verdict(traffic, inMemory, ratio, rate, processor, bytes);
        Say($"{name,-46} {rate,9:N0} {Median(floors.Select(f => f.PerSecond)),10:N0} {ratio,6:0.00} {processor,9:N1} {Median(floors.Select(f => f.ProcessorMicroseconds)),6:N1} {bytes,7:N0}  {verdict}");
        return met;
    }

    private static (string Text, bool Met) Verdict(
        Traffic traffic, bool inMemory, double ratio, double rate, double processor, double bytes)
    {
        if (traffic.Depth != 32)
            return ("", true);
        var microsecondsMax = traffic.IsWrite ? WriteMicrosecondsMax : ReadMicrosecondsMax;
        var rateMin = inMemory ? MemoryIopsMin : OtherIopsMin;
        var missed = new List<string>();
        if (inMemory && ratio < RatioMin)
            missed.Add(Text($"ratio {RatioMin}"));
        if (rate < rateMin)
            missed.Add(Text($"{rateMin:N0} op/s"));
        if (processor > microsecondsMax)
            missed.Add(Text($"{microsecondsMax:N1} us/op"));
        if (inMemory && bytes >= 1)
            missed.Add("0 B/op");
        return missed.Count == 0 ? ("met", true) : ($"missed: {string.Join(", ", missed)}", false);
    }

    private static async Task<Sample> FloorAsync(Traffic traffic, TimeSpan span)
    {
        var floor = await Floor.StartAsync(traffic).ConfigureAwait(false);
        await using (floor.ConfigureAwait(false))
            return await Sample.OfAsync(() => floor.Done, span).ConfigureAwait(false);
    }

    private static async Task<Sample> OursAsync(Disk disk, Traffic traffic, TimeSpan span)
    {
        var load = new Load(disk.Upstairs, traffic);
        await using (load.ConfigureAwait(false))
        {
            // Until queues and pools have the size this load needs.
            await Task.Delay(span / 4).ConfigureAwait(false);
            return await Sample.OfAsync(() => load.Done, span).ConfigureAwait(false);
        }
    }

    private static double Number(string[] args, string name, double otherwise) =>
        Array.Find(args, a => a.StartsWith(name, StringComparison.Ordinal)) is { } given
            ? double.Parse(given[name.Length..], CultureInfo.InvariantCulture)
            : otherwise;

    private static double Median(IEnumerable<double> values)
    {
        var sorted = values.Order().ToArray();
        return sorted[sorted.Length / 2];
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    private static void Say(FormattableString line) => Console.WriteLine(Text(line));
}
