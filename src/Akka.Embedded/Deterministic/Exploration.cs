using System.Globalization;

namespace Akka.Deterministic;

/// <summary>What an exploration found.</summary>
/// <param name="Schedules">Schedules run to their end and checked.</param>
/// <param name="Redundant">Schedules given up because one that differs only in unimportant order had been run.</param>
/// <param name="IsComplete">Whether there is no further schedule.</param>
/// <param name="Failure">The first schedule that failed, at which the exploration stopped; or null.</param>
public sealed record Exploration(int Schedules, int Redundant, bool IsComplete, FailedSchedule? Failure)
{
    /// <summary>Throws if a schedule failed or the exploration did not come to its end.</summary>
    /// <exception cref="InvalidOperationException">The message holds the failing choices and the trace.</exception>
    public void ThrowUnlessAllPassed()
    {
        if (Failure is { } failure)
            throw new InvalidOperationException(failure.ToString(), failure.Cause);
        if (!IsComplete)
            throw new InvalidOperationException($"The exploration is not complete: {this}.");
    }

    /// <inheritdoc/>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"{Schedules} schedules run, {Redundant} redundant, {(IsComplete ? "all there are" : "not all there are")}");
}
