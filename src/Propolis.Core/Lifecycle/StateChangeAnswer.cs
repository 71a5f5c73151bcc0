namespace Propolis.Core.Lifecycle;

/// <summary>The answer to a request for a change of state; it says what was accepted, not what was done.</summary>
public abstract record StateChangeAnswer
{
    /// <summary>204.</summary>
    public sealed record Accepted : StateChangeAnswer;

    /// <summary>403 with the reason.</summary>
    public sealed record Denied(DenialReason Reason) : StateChangeAnswer;

    /// <summary>424: there is no VM yet, or no more.</summary>
    public sealed record NoInstance : StateChangeAnswer;
}
