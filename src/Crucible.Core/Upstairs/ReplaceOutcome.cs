using Crucible.Wire;

namespace Crucible.Core.Upstairs;

/// <summary>What became of a request to use another server in one slot.</summary>
public abstract record ReplaceOutcome
{
    /// <summary>The slot has the new target and goes for it at once.</summary>
    public sealed record Started : ReplaceOutcome;

    /// <summary>The slot already has the new target, and its copy is not in sync.</summary>
    public sealed record StartedAlready : ReplaceOutcome;

    /// <summary>The slot already has the new target, and its copy is in sync.</summary>
    public sealed record CompletedAlready : ReplaceOutcome;

    /// <summary>Neither address is a target here: another region set may be meant.</summary>
    public sealed record Missing : ReplaceOutcome;

    /// <summary>Nothing was changed.</summary>
    public sealed record Refused(RefusalDuration Duration, CrucibleError Error) : ReplaceOutcome;
}
