using System.Globalization;
using PropolisActors.Benchmarks.Disks;

namespace PropolisActors.Benchmarks;

/// <summary>
/// How fast an empty server that took another's place is made whole while guests read, and what is left to them
/// meanwhile.
/// </summary>
public static class RepairBenchmark
{
    private const int UndisturbedSeconds = 5;
    private const double RateMin = 300;
    private const double ShareMin = 0.25;
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    /// <summary>In extents of 64 MiB, as disks have them.</summary>
    private static readonly Geometry Disk = new(4096, 16_384, 16);

    /// <summary>Measures and prints.</summary>
    /// <param name="args">A directory on the disk to be measured, or none for that of temporary files; then how many
    /// reads are under way at a time, for each measurement.</param>
    /// <returns>0 when both targets were met, 1 otherwise.</returns>
    public static async Task<int> RunAsync(string[] args)
    {
        var parent = args is [var directory, ..] ? directory : Path.GetTempPath();
        var depths = args.Length > 1 ? args[1..].Select(d => int.Parse(d, CultureInfo.InvariantCulture)) : [0, 1, 32];
        Printed.Load();
        var met = true;
        foreach (var depth in depths)
            met &= Print(await MeasureAsync(parent, Disk, depth).ConfigureAwait(false), depth);
        return met ? 0 : 1;
    }

    private static bool Print(Outcome outcome, int depth)
    {
        if (depth == 0)
        {
            Printed.Line($"live repair without guests: {outcome.MebibytesPerSecond:N0} MiB/s, {outcome.ProcessorPerMebibyte:N0} us of processor a MiB");
            return outcome.MebibytesPerSecond >= RateMin;
        }

        var share = outcome.WorstSecond / outcome.Undisturbed;
        var met = outcome.MebibytesPerSecond >= RateMin && share >= ShareMin;
        Printed.Line($"live repair under 4 KiB reads at depth {depth}: {outcome.MebibytesPerSecond:N0} MiB/s (target {RateMin}); reads {outcome.Undisturbed:N0}/s undisturbed, in the worst second {outcome.WorstSecond:N0} ({share:P0}, target {ShareMin:P0}), on average {outcome.Average:N0}: {Printed.Verdict(met)}");
        return met;
    }

    private static async Task<Outcome> MeasureAsync(string parent, Geometry geometry, int depth)
    {
        await using var disk = await DiskUnderTest.StartAsync(parent, geometry).ConfigureAwait(false);
        var next = await disk.AddServerAsync().ConfigureAwait(false);
        var repaired = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var upstairs = disk.NewUpstairs(watch: status =>
        {
            if (status.Slots[2] is { Active: true } slot && slot.Target.Equals(next))
                repaired.TrySetResult();
        });
        await DiskUnderTest.ActivateAsync(upstairs).ConfigureAwait(false);
        await disk.FillAsync(upstairs, geometry.ExtentCount).ConfigureAwait(false);

        var load = RandomLoad.Reads(upstairs, geometry, depth);
        await Task.Delay(Second).ConfigureAwait(false);
        var undisturbed = new List<double>();
        for (var second = 0; depth > 0 && second < UndisturbedSeconds; second++)
            undisturbed.Add(await SecondOfAsync(load, Task.Delay(Timeout.Infinite)).ConfigureAwait(false));
        var usage = Usage.Now();
        await upstairs.ReplaceAsync(disk.Targets[2], next, CancellationToken.None).ConfigureAwait(false);
        var seconds = new List<double>();
        while (!repaired.Task.IsCompleted)
        {
            if (usage.Elapsed > DiskUnderTest.Patience)
                throw new TimeoutException($"The repair is at {upstairs.Status.LiveRepair} after {DiskUnderTest.Patience}.");
            seconds.Add(await SecondOfAsync(load, repaired.Task).ConfigureAwait(false));
        }

        var (elapsed, processor) = (usage.Elapsed, usage.Processor);
        await load.EndAsync().ConfigureAwait(false);

        var mebibytes = geometry.Bytes / 1048576.0;
        return new Outcome(
            mebibytes / elapsed.TotalSeconds, processor.TotalMicroseconds / mebibytes,
            undisturbed.Count == 0 ? 0 : Printed.Median(undisturbed),
            // The last is not a whole second.
            seconds.Count == 1 ? seconds[0] : seconds[..^1].Min(), seconds.Average());
    }

    /// <summary>What was answered in a second, or until <paramref name="end"/>, as a rate.</summary>
    private static async Task<double> SecondOfAsync(RandomLoad load, Task end)
    {
        var (before, usage) = (load.Done, Usage.Now());
        await Task.WhenAny(Task.Delay(Second), end).ConfigureAwait(false);
        return (load.Done - before) / usage.Elapsed.TotalSeconds;
    }

    private readonly record struct Outcome(
        double MebibytesPerSecond, double ProcessorPerMebibyte, double Undisturbed, double WorstSecond, double Average);
}
