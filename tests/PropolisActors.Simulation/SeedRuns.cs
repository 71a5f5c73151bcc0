using Crucible.Simulation;
using System.Globalization;

namespace PropolisActors.Simulation;

/// <summary>Runs all seeds of a CI run once, on every core, for the tests that look at them.</summary>
public sealed class SeedRuns
{
    public const int SeedsInBatch = 100;
    private const int DefaultBatches = 10;

    public SeedRuns()
    {
        Outcomes = new RunOutcome[Batches * SeedsInBatch];
        Parallel.For(0, Outcomes.Length, i => Outcomes[i] = SimulatedRun.Of((ulong)i + 1));
    }

    /// <summary>Batches of seeds; PROPOLIS_SIM_BATCHES asks for more or fewer.</summary>
    public static int Batches => int.TryParse(
        Environment.GetEnvironmentVariable("PROPOLIS_SIM_BATCHES"), NumberStyles.None, CultureInfo.InvariantCulture,
        out var batches) ? batches : DefaultBatches;

    /// <summary>In order of seed, from seed 1.</summary>
    public RunOutcome[] Outcomes { get; }
}
