namespace Akka.Deterministic;

/// <summary>A schedule in which the check, or the run itself, threw.</summary>
/// <param name="Choices">Given to <see cref="ScheduleExplorer.Replay"/>, they take the same way again.</param>
/// <param name="Cause">What was thrown.</param>
/// <param name="Trace">What happened, a line each.</param>
public sealed record FailedSchedule(IReadOnlyList<int> Choices, Exception Cause, IReadOnlyList<string> Trace)
{
    /// <inheritdoc/>
    public override string ToString()
        => $"""
            {Cause.GetType().Name}: {Cause.Message}
            in the schedule of the choices [{string.Join(", ", Choices)}]:
            {string.Join(Environment.NewLine, Trace)}
            """;
}
