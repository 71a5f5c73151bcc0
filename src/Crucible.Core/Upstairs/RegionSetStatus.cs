using System.Collections.Immutable;
using Crucible.Wire;

namespace Crucible.Core.Upstairs;

/// <summary>A snapshot of one region set.</summary>
/// <param name="DisabledBy">Why, when <see cref="UpstairsState.Disabled"/>; otherwise null.</param>
/// <param name="BlockSize">Bytes.</param>
/// <param name="Generation">The one in use, which need not be the stored one.</param>
/// <param name="Slots">Three, in slot order.</param>
/// <param name="LastReplacement">The last one accepted by this object, or null.</param>
/// <param name="StaleInputs">Answers of abandoned connection attempts that were dropped.</param>
/// <param name="CopiesDiffered">Reads that two copies answered differently.</param>
public sealed record RegionSetStatus(
    UpstairsState State,
    CrucibleError? DisabledBy,
    UpstairsId Id,
    SessionId Session,
    Generation Generation,
    bool ReadOnly,
    bool Encrypted,
    ulong BlockSize,
    ImmutableArray<SlotStatus> Slots,
    LastReplacement? LastReplacement,
    int JobsBuffered,
    ulong StaleInputs,
    ulong CopiesDiffered)
{
    /// <summary>Serves, and not all three copies are whole: one more failure may cost more than it should.</summary>
    public bool Degraded => State == UpstairsState.Active && Slots.Any(slot => !slot.Active);

    /// <summary>Copies are being made equal before anything is served; null when that is not going on.</summary>
    public RepairProgress? Reconciliation { get; init; }

    /// <summary>
    /// Two copies are being made newer than the third before they serve; null when that is not going on.
    /// </summary>
    public RepairProgress? Renewal { get; init; }

    /// <summary>Slots are being made whole while others serve; null when that is not going on.</summary>
    public RepairProgress? LiveRepair { get; init; }

    /// <summary>Reconciliations that were given up because a copy left.</summary>
    public ulong ReconciliationsAborted { get; init; }

    /// <summary>What the whole region set waits for and what would free it; null when nothing.</summary>
    public string? WaitingFor { get; init; }
}
