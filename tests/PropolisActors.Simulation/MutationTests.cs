using Crucible.Simulation;
using Crucible.Simulation.World;

namespace PropolisActors.Simulation;

/// <summary>Shows that the checks can fail: with disks that are wrong on purpose they must.</summary>
public sealed class MutationTests
{
    private const int SeedsTried = 40;

    [Theory]
    [InlineData(StoreDefect.ForgetsABlockAtFlush)]
    [InlineData(StoreDefect.CallsItselfClean)]
    public void Disk_that_loses_data_is_noticed(StoreDefect defect)
    {
        var outcomes = Enumerable.Range(1, SeedsTried).Select(seed => SimulatedRun.Of((ulong)seed, defect));
        Assert.Contains(
            outcomes, outcome => outcome.Failure is SimulationFailure { Rule: "S1" or "S2" or "Invariant 9" });
    }
}
