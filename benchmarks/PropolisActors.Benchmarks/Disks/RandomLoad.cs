using Crucible.Net.Upstairs;
using Crucible.Wire;

namespace PropolisActors.Benchmarks.Disks;

/// <summary>Reads or writes single blocks at random places, so many at a time, until it is ended.</summary>
internal sealed class RandomLoad
{
    private readonly CancellationTokenSource _ending = new();
    private readonly Task _running;
    private long _done;

    private RandomLoad(RegionSet upstairs, Geometry geometry, bool writes, int depth) =>
        _running = Task.WhenAll(Enumerable.Range(0, depth).Select(
            worker => Task.Run(() => RunAsync(upstairs, geometry, writes, new Random(worker)))));

    /// <summary>Requests answered so far.</summary>
    public long Done => Volatile.Read(ref _done);

    public static RandomLoad Reads(RegionSet upstairs, Geometry geometry, int depth) =>
        new(upstairs, geometry, writes: false, depth);

    public static RandomLoad Writes(RegionSet upstairs, Geometry geometry, int depth) =>
        new(upstairs, geometry, writes: true, depth);

    /// <summary>Ends it and throws what went wrong in it.</summary>
    public async Task EndAsync()
    {
        await _ending.CancelAsync().ConfigureAwait(false);
        await _running.ConfigureAwait(false);
        _ending.Dispose();
    }

    private async Task RunAsync(RegionSet upstairs, Geometry geometry, bool writes, Random random)
    {
        var block = new byte[geometry.BlockSize];
        random.NextBytes(block);
        while (!_ending.IsCancellationRequested)
        {
            var at = new BlockIndex((ulong)random.NextInt64((long)geometry.Blocks));
            DiskUnderTest.Check(writes
                ? await upstairs.WriteAsync(at, block, CancellationToken.None).ConfigureAwait(false)
                : await upstairs.ReadAsync(at, block, CancellationToken.None).ConfigureAwait(false));
            Interlocked.Increment(ref _done);
        }
    }
}
