namespace Crucible.Core.Volumes;

/// <summary>Everything <see cref="VolumeMachine"/> knows of one volume.</summary>
/// <param name="Record">What is, or is about to be, stored. Follows what the region sets really use.</param>
/// <param name="Vcr">The parsed form of the record's text.</param>
/// <param name="LastAttempt">The newest attempt made; 0 before the first.</param>
/// <param name="InFlight">The one replacement in progress, or null.</param>
/// <param name="Waiting">Replacements behind it, in order of arrival; empty when none is in progress.</param>
/// <param name="Stores">How far storing has got.</param>
public sealed record VolumeState(
    VolumeRecord Record,
    VolumeConstructionRequest Vcr,
    Attempt LastAttempt,
    VolumePhase Phase,
    ReplacementInFlight? InFlight,
    ValueList<WaitingReplacement> Waiting,
    StoreProgress Stores)
{
    public VolumeId Id => VcrTree.IdOf(Vcr);

    public VolumeFacts Facts => new(Id, Phase, Record, Waiting.Count + (InFlight is null ? 0 : 1));

    public override string ToString() => $"volume {Id} at {Record.Revision}, {Phase}, {InFlight}, {Waiting.Count} waiting";
}

/// <summary>A replacement that waits its turn. Its VCR has been parsed, and nothing more.</summary>
public sealed record WaitingReplacement(VolumeRequestId Request, VcrText Text, VolumeConstructionRequest Vcr)
{
    public override string ToString() => $"{Request}, {Text}";
}

/// <summary>A replacement in progress.</summary>
public abstract record ReplacementInFlight(VolumeRequestId Request)
{
    /// <summary>A region set was asked to change a target.</summary>
    public sealed record Asking(WaitingReplacement Replacement, VcrVerdict.ReplaceTarget Change, RegionSlot Where)
        : ReplacementInFlight(Replacement.Request);

    /// <summary>Accepted; the answer goes out when the record is durable.</summary>
    public sealed record Storing(VolumeRequestId Request, StoreNumber Store, VolumeReplaceAnswer Answer)
        : ReplacementInFlight(Request);
}

/// <summary>How far storing the record has got.</summary>
/// <param name="Issued">The newest store asked for; it holds the present record.</param>
/// <param name="Durable">The newest one known to be durable.</param>
/// <param name="NewestFailed">The newest one failed, so nothing is under way that would make the record durable.</param>
public readonly record struct StoreProgress(StoreNumber Issued, StoreNumber Durable, bool NewestFailed);

/// <summary>What anyone may know of a volume without asking it.</summary>
/// <param name="Phase">Also says what is waited for.</param>
/// <param name="Replacements">In progress and waiting.</param>
public sealed record VolumeFacts(VolumeId Id, VolumePhase Phase, VolumeRecord Record, int Replacements);
