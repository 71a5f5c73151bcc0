using Crucible.Simulation;

namespace PropolisActors.Simulation;

/// <summary>
/// Shows that the checks can fail, and what a failure looks like: with disks that are wrong on purpose.
/// </summary>
public sealed class DefectTests
{
    private const int SeedsTried = 100;

    [Theory]
    [InlineData(StoreDefect.ForgetsABlockAtFlush)]
    [InlineData(StoreDefect.CallsItselfClean)]
    public void Disk_that_loses_data_is_noticed(StoreDefect defect)
    {
        var outcome = FirstFailure(defect);
        Assert.Contains(outcome.Rule, (string[])["S1", "S2", "S4", "Invariant 9"]);
    }

    [Fact]
    public void Failing_seed_is_reported_short_and_the_same_each_time()
    {
        const StoreDefect Defect = StoreDefect.CallsItselfClean;
        var failed = FirstFailure(Defect);

        var keep = Shrinker.Shrink(failed.Seed, Defect);
        var needed = keep.Count(kept => kept);
        Assert.InRange(needed, 1, Math.Min(12, failed.ScheduleLength - 1));
        Assert.Equal(failed.Rule, SimulatedRun.Of(failed.Seed, new RunOptions(false, Defect, keep)).Rule);

        // Not one of them can be left out.
        for (var i = 0; i < keep.Length; i++)
        {
            if (!keep[i])
                continue;
            var without = (bool[])keep.Clone();
            without[i] = false;
            Assert.NotEqual(failed.Rule, SimulatedRun.Of(failed.Seed, new RunOptions(false, Defect, without)).Rule);
        }

        var report = FailureReport.Of(failed.Seed, Defect);
        Assert.Contains($"Seed {failed.Seed} fails: {failed.Rule}", report, StringComparison.Ordinal);
        Assert.Contains("Write", report, StringComparison.Ordinal);
        Assert.Equal(report, FailureReport.Of(failed.Seed, Defect));
    }

    private static RunOutcome FirstFailure(StoreDefect defect) => Enumerable.Range(1, SeedsTried)
        .Select(seed => SimulatedRun.Of((ulong)seed, new RunOptions(KeepTrace: false, defect)))
        .First(outcome => outcome.Failure is not null);
}
