using Crucible.Net.Regions;
using Crucible.Net.Upstairs;
using Crucible.Wire;
using PropolisActors.Benchmarks.Disks;

namespace PropolisActors.Benchmarks;

/// <summary>
/// Random 4 KiB reads and writes at queue depth 32, plain and encrypted, over loopback to three servers of ours that keep
/// their blocks in files; and what a flush costs after each write.
/// </summary>
public static class FileBackedBenchmark
{
    private const int Depth = 32;
    private const int Rounds = 5;
    private const int AloneOperations = 100_000;
    private const int AloneRounds = 3;
    private const double IopsMin = 45_000;
    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Round = TimeSpan.FromSeconds(1.5);

    /// <summary>256 MiB in 16 extents.</summary>
    private static readonly Geometry Plain = new(4096, 4096, 16);

    /// <summary>Measures and prints.</summary>
    /// <param name="args">A directory on the disk to be measured; none means that for temporary files. The word 'alone'
    /// after it measures one region without servers and no more.</param>
    /// <returns>0 when every target was met, 1 otherwise.</returns>
    public static async Task<int> RunAsync(string[] args)
    {
        var parent = args is [var directory, ..] ? directory : Path.GetTempPath();
        Printed.Load();
        RegionAlone(parent);
        if (args is [_, "alone"])
            return 0;
        var met = await MeasureAsync(parent, "plain", Plain).ConfigureAwait(false);
        met &= await MeasureAsync(parent, "encrypted", Plain with { Encrypted = true }).ConfigureAwait(false);
        return met ? 0 : 1;
    }

    /// <summary>The same requests to one region by itself: what storage costs of all that follows.</summary>
    private static void RegionAlone(string parent)
    {
        var directory = Path.Combine(parent, $"disk-benchmark-{Guid.NewGuid():N}");
        Region.Create(directory, Plain.NewRegion());
        using (var region = Region.Open(directory, readOnly: false))
        {
            var (block, random) = (new byte[Plain.BlockSize], new Random(3));
            var contexts = new[] { new BlockContext(BlockHash.Plain(block), Encryption: null) };
            var found = new ReadBlockContext[1];
            for (var round = 0; round < AloneRounds; round++)
            {
                Alone("write", at => region.Write(at, contexts, block));
                Alone("read", at => region.Read(at, found, block));
            }

            void Alone(string what, Action<BlockIndex> operation)
            {
                var usage = Usage.Now();
                for (var i = 0; i < AloneOperations; i++)
                    operation(new BlockIndex((ulong)random.NextInt64((long)Plain.Blocks)));
                Printed.Line($"one region alone, 4 KiB random {what}: {usage.Elapsed.TotalMicroseconds / AloneOperations:N1} us, {usage.Processor.TotalMicroseconds / AloneOperations:N1} us of processor and {usage.AllocatedBytes / AloneOperations} B an operation");
            }
        }

        Directory.Delete(directory, recursive: true);
    }

    private static async Task<bool> MeasureAsync(string parent, string name, Geometry geometry)
    {
        await using var disk = await DiskUnderTest.StartAsync(parent, geometry).ConfigureAwait(false);
        await using var upstairs = disk.NewUpstairs();
        await DiskUnderTest.ActivateAsync(upstairs).ConfigureAwait(false);
        await disk.FillAsync(upstairs, geometry.ExtentCount).ConfigureAwait(false);
        var met = await LoadAsync($"{name} read", () => RandomLoad.Reads(upstairs, geometry, Depth)).ConfigureAwait(false);
        met &= await LoadAsync($"{name} write", () => RandomLoad.Writes(upstairs, geometry, Depth)).ConfigureAwait(false);
        await FlushesAsync(name, upstairs, geometry).ConfigureAwait(false);
        return met;
    }

    private static async Task<bool> LoadAsync(string what, Func<RandomLoad> start)
    {
        var load = start();
        await Task.Delay(WarmUp).ConfigureAwait(false);
        var (rates, processor, allocated) = (new List<double>(), new List<double>(), new List<double>());
        for (var round = 0; round < Rounds; round++)
        {
            var (before, usage) = (load.Done, Usage.Now());
            await Task.Delay(Round).ConfigureAwait(false);
            var done = load.Done - before;
            rates.Add(done / usage.Elapsed.TotalSeconds);
            processor.Add(usage.Processor.TotalMicroseconds / done);
            allocated.Add((double)usage.AllocatedBytes / done);
        }

        await load.EndAsync().ConfigureAwait(false);
        var median = Printed.Median(rates);
        Printed.Line($"4 KiB random {what}, depth {Depth}: {median:N0} IOPS ({rates.Min():N0} to {rates.Max():N0}), {Printed.Median(processor):N1} us of processor and {Printed.Median(allocated):N0} B an operation; target {IopsMin:N0}: {Printed.Verdict(median >= IopsMin)}");
        return median >= IopsMin;
    }

    private static async Task FlushesAsync(string name, RegionSet upstairs, Geometry geometry)
    {
        var random = new Random(7);
        var block = new byte[geometry.BlockSize];
        var (done, usage) = (0, Usage.Now());
        for (; usage.Elapsed < Round; done++)
        {
            var at = new BlockIndex((ulong)random.NextInt64((long)geometry.Blocks));
            DiskUnderTest.Check(await upstairs.WriteAsync(at, block, CancellationToken.None).ConfigureAwait(false));
            DiskUnderTest.Check(await upstairs.FlushAsync(CancellationToken.None).ConfigureAwait(false));
        }

        Printed.Line($"{name} write and flush, one after another: {done / usage.Elapsed.TotalSeconds:N0}/s, {usage.Processor.TotalMicroseconds / done:N0} us of processor each");
    }
}
