using Crucible.Simulation;
using Xunit.Abstractions;

namespace PropolisActors.Simulation;

/// <summary>The seeds of a CI run. What is shown is in README.md.</summary>
public sealed class SeedTests(SeedRuns runs, ITestOutputHelper output) : IClassFixture<SeedRuns>
{
    /// <summary>0 up to the number of batches.</summary>
    public static TheoryData<int> Batches => [.. Enumerable.Range(0, SeedRuns.Batches)];

    [Theory]
    [MemberData(nameof(Batches))]
    public void Runs_of_a_batch_of_seeds_keep_every_rule(int batch)
    {
        var failed = runs.Outcomes
            .Skip(batch * SeedRuns.SeedsInBatch).Take(SeedRuns.SeedsInBatch)
            .Where(outcome => outcome.Failure is not null).ToArray();
        foreach (var outcome in failed)
            output.WriteLine($"seed {outcome.Seed}: {outcome.Failure?.Message}");
        Assert.True(failed.Length == 0, failed.FirstOrDefault()?.Report());
    }

    [Fact]
    public void Runs_together_meet_everything_that_can_happen()
    {
        var total = new Statistics();
        foreach (var outcome in runs.Outcomes)
            total.Add(outcome.Statistics);
        output.WriteLine($"{runs.Outcomes.Length} runs, {runs.Outcomes.Sum(outcome => outcome.Events)} events");
        output.WriteLine(total.ToString());
        Assert.All(Enum.GetValues<Sight>(), sight => Assert.True(total[sight] > 0, $"{sight} never happened"));
    }
}
