namespace Propolis.Core.Lifecycle;

/// <summary>What becomes of a request for a change of state.</summary>
public abstract record AdmissionVerdict
{
    /// <summary>Accepted, and to be carried out.</summary>
    /// <param name="After">The admission from now on.</param>
    public sealed record Queued(Admission After) : AdmissionVerdict;

    /// <summary>Accepted, with nothing to do.</summary>
    public sealed record Ignored : AdmissionVerdict;

    public sealed record Denied(DenialReason Reason) : AdmissionVerdict;
}
