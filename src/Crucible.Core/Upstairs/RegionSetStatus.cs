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
    ulong CopiesDiffered);
