using Crucible.Simulation;
namespace PropolisActors.Simulation;

/// <summary>
/// Seeds that found a mistake once. What they do changes with the simulation; the mistake has a test of its own too.
/// </summary>
public sealed class RegressionTests
{
    /// <summary>
    /// Two copies missed writes that had been accepted; the automatic flush failed and nobody heard of it; nothing was
    /// left to flush, and deactivation answered that everything is.
    /// </summary>
    [Theory]
    [InlineData(149)]
    [InlineData(175)]
    [InlineData(800)]
    public void Deactivation_with_one_good_copy_does_not_claim_that_all_is_flushed(int seed) => Passes((ulong)seed);

    private static void Passes(ulong seed)
    {
        var outcome = SimulatedRun.Of(seed);
        Assert.True(outcome.Failure is null, outcome.Report());
    }
}
