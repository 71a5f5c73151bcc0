namespace Crucible.Simulation;

/// <summary>What may be said about a run beside its seed.</summary>
/// <param name="KeepTrace">Write down what happens: some ten times as slow.</param>
/// <param name="Defect">Disks that are wrong on purpose.</param>
/// <param name="Keep">Which lines of the schedule happen, one each; null for all.</param>
public sealed record RunOptions(bool KeepTrace, StoreDefect Defect = StoreDefect.None, bool[]? Keep = null)
{
    public static RunOptions Default { get; } = new(KeepTrace: false);
}
