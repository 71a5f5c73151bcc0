namespace Crucible.Wire;

/// <summary>What follows an error's number on the wire (protocol section 4.7).</summary>
public enum CrucibleErrorPayload
{
    /// <summary>Nothing: a <see cref="CrucibleError.Plain"/>.</summary>
    None,

    /// <summary>One text: a <see cref="CrucibleError.WithText"/>.</summary>
    Text,

    /// <summary>A block and an extent: a <see cref="CrucibleError.MissingContextSlot"/>.</summary>
    Slot,

    /// <summary>A negotiation error: a <see cref="CrucibleError.Negotiation"/>.</summary>
    Negotiation,
}
