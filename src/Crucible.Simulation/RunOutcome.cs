namespace Crucible.Simulation;

/// <summary>How one run ended.</summary>
/// <param name="Failure">Null if every rule held.</param>
/// <param name="Marks">What it met.</param>
public sealed record RunOutcome(ulong Seed, Exception? Failure, MarkCounts Marks)
{
    /// <summary>Empty unless it was asked for.</summary>
    public string Trace { get; init; } = "";

    /// <summary>Events of virtual time.</summary>
    public long Events { get; init; }

    /// <summary>Faults that were meant to happen.</summary>
    public long Faults { get; init; }

    public TimeSpan VirtualTime { get; init; }

    /// <summary>Lines in its schedule, kept or not.</summary>
    public int ScheduleLength { get; init; }

    /// <summary>The rule that was broken, or the kind of the fault of our own; null if none.</summary>
    public string? Rule => Failure switch
    {
        null => null,
        SimulationFailure known => known.Rule,
        var other => other.GetType().Name,
    };
}
