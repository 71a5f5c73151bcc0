using System.Net;
using Crucible.Wire;

namespace Crucible.Core.Volumes;

/// <summary>What a volume must remember over a restart. Compares by value; printing it shows no VCR text.</summary>
/// <param name="Text">The VCR byte for byte as it was last accepted.</param>
/// <param name="Revision">Rises by one with every VCR accepted.</param>
/// <param name="Origin">How the present VCR got here; decides what a repeat of it is answered.</param>
/// <param name="LastReplacement">The last target change, however long ago; null before the first.</param>
/// <param name="Unsynced">Slots that were replaced and have not been in sync since; read-write region sets only.</param>
public sealed record VolumeRecord(
    VcrText Text,
    VcrRevision Revision,
    VcrOrigin Origin,
    VolumeReplacement? LastReplacement,
    ValueList<RegionSlot> Unsynced);

/// <summary>How a VCR came to be the present one.</summary>
public enum VcrOrigin
{
    /// <summary>The volume was created with it.</summary>
    Created,

    /// <summary>It changed one target; <see cref="VolumeRecord.LastReplacement"/> says which.</summary>
    TargetChange,

    /// <summary>It raised generations only.</summary>
    GenerationRise,
}

/// <summary>One slot of one region set.</summary>
public readonly record struct RegionSlot(RegionSetIndex RegionSet, ClientId Slot);

/// <summary>An accepted change of one target.</summary>
/// <param name="InSync">The new copy was complete when last heard of.</param>
public sealed record VolumeReplacement(IPEndPoint Old, IPEndPoint New, RegionSlot Where, bool InSync);
