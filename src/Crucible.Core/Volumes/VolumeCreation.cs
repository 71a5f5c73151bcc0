namespace Crucible.Core.Volumes;

/// <summary>A volume at its beginning, or why there is none.</summary>
public abstract record VolumeCreation
{
    /// <summary>The volume exists and is idle.</summary>
    /// <param name="Start">The first state with the effects to carry out.</param>
    public sealed record Created(VolumeTransition Start) : VolumeCreation;

    /// <summary>The VCR is malformed, invalid or not supported; nothing was done.</summary>
    public sealed record Refused(VcrError Error) : VolumeCreation;
}
