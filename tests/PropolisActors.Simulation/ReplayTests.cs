using Crucible.Simulation;

namespace PropolisActors.Simulation;

public sealed class ReplayTests
{
    [Fact]
    public void Run_of_one_seed_twice_gives_the_same_trace()
    {
        for (ulong seed = 1; seed <= 20; seed++)
        {
            var first = SimulatedRun.Of(seed, new RunOptions(KeepTrace: true));
            var second = SimulatedRun.Of(seed, new RunOptions(KeepTrace: true));
            Assert.Equal(first.Trace, second.Trace);
            Assert.Equal(first.Events, second.Events);
        }
    }

    [Fact]
    public void Run_is_the_same_whether_or_not_its_trace_is_kept()
    {
        for (ulong seed = 1; seed <= 20; seed++)
        {
            var silent = SimulatedRun.Of(seed);
            Assert.Equal(SimulatedRun.Of(seed, new RunOptions(KeepTrace: true)).Events, silent.Events);
            Assert.Empty(silent.Trace);
        }
    }

    [Fact]
    public void Seeds_differ()
    {
        var events = Enumerable.Range(1, 20).Select(seed => SimulatedRun.Of((ulong)seed).Events);
        Assert.True(events.Distinct().Count() > 15);
    }
}
