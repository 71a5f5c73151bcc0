namespace Crucible.Simulation;

/// <summary>How one run ended.</summary>
/// <param name="Failure">Null if every rule held.</param>
/// <param name="TraceHash">Equal for two runs of one seed.</param>
/// <param name="TraceTail">The last lines of the trace.</param>
/// <param name="Statistics">What it met.</param>
/// <param name="Events">Events of virtual time.</param>
public sealed record RunOutcome(
    ulong Seed, Exception? Failure, ulong TraceHash, string TraceTail, Statistics Statistics, long Events)
{
    /// <summary>What a person needs to go after a failure.</summary>
    public string Report() => $"""
        Seed {Seed} failed: {(Failure is SimulationFailure known ? known.Message : Failure)}
        Run it alone with PROPOLIS_SIM_SEED={Seed}.
        The end of its trace:
        {TraceTail}
        """;
}
