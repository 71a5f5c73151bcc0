namespace Crucible.Simulation;

/// <summary>A rule that must always hold did not.</summary>
/// <param name="rule">Its name, such as S1.</param>
/// <param name="what">What was seen.</param>
public sealed class SimulationFailure(string rule, string what) : Exception($"{rule}: {what}")
{
    public string Rule => rule;
}
