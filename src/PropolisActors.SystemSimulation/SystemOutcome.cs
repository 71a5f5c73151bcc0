using Crucible.Simulation;

namespace PropolisActors.SystemSimulation;

/// <summary>How one run of the whole system ended.</summary>
/// <param name="Seed">Which run.</param>
/// <param name="Failure">Null if every rule held.</param>
/// <param name="Marks">How often each was reached.</param>
public sealed record SystemOutcome(ulong Seed, Exception? Failure, IReadOnlyDictionary<SystemMark, long> Marks)
{
    /// <summary>Empty unless it was asked for.</summary>
    public string Trace { get; init; } = "";

    /// <summary>Steps of actors and events of the storage.</summary>
    public long Steps { get; init; }

    public TimeSpan VirtualTime { get; init; }

    /// <summary>Its schedule, a line each, kept or not.</summary>
    public IReadOnlyList<string> Schedule { get; init; } = [];

    /// <summary>The rule that was broken, or the kind of the fault of our own; null if none.</summary>
    public string? Rule => Failure switch
    {
        null => null,
        SimulationFailure known => known.Rule,
        var other => other.GetType().Name,
    };
}
