using System.Diagnostics;
using System.Net;
using Crucible.Core.Upstairs;
using PropolisActors.Benchmarks.Disks;

namespace PropolisActors.Benchmarks;

/// <summary>
/// How long a disk takes to become active: with three healthy servers, and once a server that is not there has been
/// replaced by one that is.
/// </summary>
public static class ActivationBenchmark
{
    private const int Rounds = 30;
    private const double HealthyMillisecondsMax = 5;
    private const double ReplacedMillisecondsMax = 50;

    /// <summary>64 MiB of 4 KiB blocks in 16 extents.</summary>
    private static readonly Geometry Disk = new(4096, 1024, 16);

    /// <summary>Measures and prints.</summary>
    /// <param name="args">A directory on the disk to be measured; none means that for temporary files.</param>
    /// <returns>0 when both targets were met, 1 otherwise.</returns>
    public static async Task<int> RunAsync(string[] args)
    {
        var parent = args is [var directory, ..] ? directory : Path.GetTempPath();
        Printed.Load();
        var healthy = await HealthyAsync(parent).ConfigureAwait(false);
        var replaced = await ReplacedAsync(parent).ConfigureAwait(false);
        var repaired = await ReplacedWhileActiveAsync(parent).ConfigureAwait(false);
        Printed.Line($"replaced while active, to repaired: median {repaired:N1} ms (4 MiB copied)");
        var isMet = (Healthy: healthy <= HealthyMillisecondsMax, Replaced: replaced <= ReplacedMillisecondsMax);
        Printed.Line($"three healthy, to active: median {healthy:N1} ms, target {HealthyMillisecondsMax} ms: {Printed.Verdict(isMet.Healthy)}");
        Printed.Line($"replaced, to active: median {replaced:N1} ms, target {ReplacedMillisecondsMax} ms: {Printed.Verdict(isMet.Replaced)}");
        return isMet is (true, true) ? 0 : 1;
    }

    private static async Task<double> HealthyAsync(string parent)
    {
        await using var disk = await DiskUnderTest.StartAsync(parent, Disk).ConfigureAwait(false);
        var times = new List<double>();
        for (var round = 0; round < Rounds; round++)
        {
            await using var upstairs = disk.NewUpstairs();
            var started = Stopwatch.GetTimestamp();
            await DiskUnderTest.ActivateAsync(upstairs).ConfigureAwait(false);
            times.Add(Stopwatch.GetElapsedTime(started).TotalMilliseconds);
            if (round == 0)
                await disk.FillAsync(upstairs, extents: 1).ConfigureAwait(false);
            await upstairs.DeactivateAsync(TimeSpan.FromSeconds(10), CancellationToken.None).ConfigureAwait(false);
        }

        Print("three healthy", times);
        return Printed.Median(times);
    }

    /// <summary>The activation waits for a server that refuses connections when it is replaced by an empty one.</summary>
    private static async Task<double> ReplacedAsync(string parent)
    {
        var times = new List<double>();
        for (var round = 0; round < Rounds / 3; round++)
        {
            await using var disk = await DiskUnderTest.StartAsync(parent, Disk).ConfigureAwait(false);
            await using (var first = disk.NewUpstairs())
            {
                await DiskUnderTest.ActivateAsync(first).ConfigureAwait(false);
                await disk.FillAsync(first, extents: 1).ConfigureAwait(false);
                await first.DeactivateAsync(TimeSpan.FromSeconds(10), CancellationToken.None).ConfigureAwait(false);
            }

            var next = await disk.AddServerAsync().ConfigureAwait(false);
            var nobody = new IPEndPoint(IPAddress.Loopback, 1);
            var waits = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            await using var upstairs = disk.NewUpstairs([.. disk.Targets[..2], nobody], status =>
            {
                if (status.Slots[2].LastError is not null && status.Slots[..2].All(s => s.Step == SlotStep.WaitQuorum))
                    waits.TrySetResult();
            });
            var activated = DiskUnderTest.ActivateAsync(upstairs);
            await waits.Task.WaitAsync(DiskUnderTest.Patience).ConfigureAwait(false);
            var started = Stopwatch.GetTimestamp();
            await upstairs.ReplaceAsync(nobody, next, CancellationToken.None).ConfigureAwait(false);
            await activated.ConfigureAwait(false);
            times.Add(Stopwatch.GetElapsedTime(started).TotalMilliseconds);
        }

        Print("replaced by an empty server, 4 MiB to copy", times);
        return Printed.Median(times);
    }

    private static async Task<double> ReplacedWhileActiveAsync(string parent)
    {
        var times = new List<double>();
        for (var round = 0; round < Rounds / 3; round++)
        {
            await using var disk = await DiskUnderTest.StartAsync(parent, Disk).ConfigureAwait(false);
            var next = await disk.AddServerAsync().ConfigureAwait(false);
            var repaired = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            await using var upstairs = disk.NewUpstairs(watch: status =>
            {
                if (status.Slots[2] is { Active: true } slot && slot.Target.Equals(next))
                    repaired.TrySetResult();
            });
            await DiskUnderTest.ActivateAsync(upstairs).ConfigureAwait(false);
            await disk.FillAsync(upstairs, extents: 1).ConfigureAwait(false);
            var started = Stopwatch.GetTimestamp();
            await upstairs.ReplaceAsync(disk.Targets[2], next, CancellationToken.None).ConfigureAwait(false);
            await repaired.Task.WaitAsync(DiskUnderTest.Patience).ConfigureAwait(false);
            times.Add(Stopwatch.GetElapsedTime(started).TotalMilliseconds);
        }

        Print("replaced while active", times);
        return Printed.Median(times);
    }

    private static void Print(string what, List<double> times) => Printed.Line(
        $"{what}: first {times[0]:N1} ms, least {times.Min():N1}, median {Printed.Median(times):N1}, most of the rest {times.Skip(1).Max():N1}");
}
