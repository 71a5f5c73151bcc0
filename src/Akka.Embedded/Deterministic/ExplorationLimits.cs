namespace Akka.Deterministic;

/// <summary>How far an exploration goes.</summary>
/// <param name="SchedulesMax">Schedules run at most; beyond, the exploration is not complete.</param>
/// <param name="StepsMax">Steps of one schedule at most; beyond, it is taken for an endless loop and fails.</param>
/// <param name="Time">Virtual time every schedule gets after the scenario was set up.</param>
/// <param name="Reduced">Whether only one is run of the schedules that differ in the order of steps that have nothing to do
/// with each other. All reachable states are seen either way.</param>
public sealed record ExplorationLimits(int SchedulesMax, int StepsMax, TimeSpan Time, bool Reduced)
{
    /// <summary>A hundred thousand schedules of ten thousand steps, without the passing of time.</summary>
    public static ExplorationLimits Default { get; } = new(100_000, 10_000, TimeSpan.Zero, Reduced: true);
}
