using System.Net;
using Crucible.Core.Upstairs;
using Crucible.Wire;

namespace Crucible.Core.Volumes;

/// <summary>Everything that can happen to a volume.</summary>
public abstract record VolumeInput
{
    /// <summary>
    /// Its owner wants the volume active, or no longer. Answered by a <see cref="VolumeEffect.Report"/>: at once when
    /// it is so already, later otherwise. A repeat is harmless; after a failure, renewed demand tries again.
    /// </summary>
    public sealed record Demand(bool Active) : VolumeInput;

    /// <summary>
    /// Asks for another VCR from now on. Taken in every phase, and answered by exactly one
    /// <see cref="VolumeEffect.Answer"/>.
    /// </summary>
    public sealed record Replace(VolumeRequestId Request, VcrText Text) : VolumeInput;

    /// <summary>The region set answered <see cref="VolumeEffect.ReplaceTarget"/>.</summary>
    public sealed record RegionSetReplaced(VolumeRequestId Request, ReplaceOutcome Outcome) : VolumeInput;

    /// <summary>The record of this number, and so every earlier one, is durable.</summary>
    public sealed record Stored(StoreNumber Store) : VolumeInput;

    /// <summary>The record of this number is not known to be stored.</summary>
    /// <param name="Store">Which.</param>
    /// <param name="Why">For people: where, and what to do. Holds no key.</param>
    public sealed record StoreFailed(StoreNumber Store, string Why) : VolumeInput;

    /// <summary>One region set became active.</summary>
    public sealed record Activated(Attempt Attempt, RegionSetIndex RegionSet) : VolumeInput;

    /// <summary>
    /// One region set gave up for good: its activation failed, a newer upstairs took over, or (while deactivating) its
    /// final flush failed.
    /// </summary>
    public sealed record Failed(Attempt Attempt, RegionSetIndex RegionSet, CrucibleError Error) : VolumeInput;

    /// <summary>One region set has flushed everything and let go of its servers.</summary>
    public sealed record Deactivated(Attempt Attempt, RegionSetIndex RegionSet) : VolumeInput;

    /// <summary>The time allowed for <see cref="VolumeEffect.Deactivate"/> is over.</summary>
    public sealed record GraceElapsed(Attempt Attempt) : VolumeInput;

    /// <summary>
    /// The complete set of a region set's targets that are in service and hold a full copy. To be sent when it becomes
    /// active and at every change. Must come in order with <see cref="RegionSetReplaced"/> of the same region set:
    /// one that overtook it could credit a new copy with what the old one held.
    /// </summary>
    public sealed record InSyncChanged(Attempt Attempt, RegionSetIndex RegionSet, ValueList<IPEndPoint> InSync) : VolumeInput;

    /// <summary>The VM or pantry entry is gone. Everyone who waits is answered, and so is everyone who comes later.</summary>
    public sealed record Ending : VolumeInput;
}
