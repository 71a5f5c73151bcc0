using Crucible.Core.Upstairs;

namespace Crucible.Core.Tests;

/// <summary>What the data path allocates, with both machines and every frame, but without sockets and threads.</summary>
public sealed class SteadyLoadTests
{
    /// <summary>Fewer than a barrier comes after.</summary>
    private const int Operations = 4000;

    private readonly SteadyLoad _load = new();
    private readonly Random _random = new(1);

    [Fact]
    public void Writes_of_a_warm_disk_allocate_nothing() => AssertNothingAllocated(_load.Write);

    [Fact]
    public void Reads_of_a_warm_disk_allocate_nothing() => AssertNothingAllocated(_load.Read);

    [Fact]
    public void Barriers_cost_little_for_each_operation()
    {
        // Goal: what a barrier does for ten thousand jobs at once is spread over them.
        // Method: several barriers' worth of writes, after as many to warm up.
        Warm(_load.Write);
        for (var i = 0; i < 3 * UpstairsLimits.BarrierJobs; i++)
            _load.Write(Block());

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 3 * UpstairsLimits.BarrierJobs; i++)
            _load.Write(Block());
        var each = (GC.GetAllocatedBytesForCurrentThread() - before) / (3.0 * UpstairsLimits.BarrierJobs);

        // A list of dependencies is 8 bytes a job here and with each server.
        Assert.InRange(each, 0, 64);
    }

    private void AssertNothingAllocated(Action<ulong> operate)
    {
        // Goal: the steady state of a disk under load needs no memory: no collection ever comes between a guest and
        // its disk because of the data path.
        // Method: the same blocks in the same order twice; the first time fills every pool and table.
        Warm(operate);
        var (answered, frames) = (_load.Answered, _load.Frames);

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < Operations; i++)
            operate(Block());
        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;

        Assert.Equal(answered + Operations, _load.Answered);
        Assert.Equal(frames + (6 * Operations), _load.Frames);
        Assert.Equal(0, allocated);
    }

    private void Warm(Action<ulong> operate)
    {
        Assert.Equal(UpstairsState.Active, _load.State);
        for (var round = 0; round < 3; round++)
        {
            for (var i = 0; i < 2 * Operations; i++)
                operate(Block());
            _load.Flush();
        }
    }

    private ulong Block() => (ulong)_random.NextInt64((long)SteadyLoad.Blocks);
}
