using Crucible.Wire;

namespace Crucible.Core.Upstairs;

/// <summary>The errors the machine answers with.</summary>
internal static class Refusals
{
    public static readonly CrucibleError Inactive = new CrucibleError.Plain(CrucibleErrorKind.UpstairsInactive);

    public static readonly CrucibleError Deactivating = new CrucibleError.Plain(CrucibleErrorKind.UpstairsDeactivating);

    public static readonly CrucibleError ActivateInProgress =
        new CrucibleError.Plain(CrucibleErrorKind.UpstairsActivateInProgress);

    public static readonly CrucibleError GenerationInvalid =
        new CrucibleError.Plain(CrucibleErrorKind.GenerationNumberInvalid);

    public static readonly CrucibleError NoLongerActive = new CrucibleError.Plain(CrucibleErrorKind.NoLongerActive);

    public static readonly CrucibleError UuidMismatch = new CrucibleError.Plain(CrucibleErrorKind.UuidMismatch);

    public static readonly CrucibleError OffsetInvalid = new CrucibleError.Plain(CrucibleErrorKind.OffsetInvalid);

    public static readonly CrucibleError DataLenUnaligned = new CrucibleError.Plain(CrucibleErrorKind.DataLenUnaligned);

    public static readonly CrucibleError HashMismatch = new CrucibleError.Plain(CrucibleErrorKind.HashMismatch);

    public static readonly CrucibleError DecryptionFailed = new CrucibleError.Plain(CrucibleErrorKind.DecryptionError);

    public static readonly CrucibleError MissingBlockContext =
        new CrucibleError.Plain(CrucibleErrorKind.MissingBlockContext);

    public static readonly CrucibleError WrongLength =
        new CrucibleError.WithText(CrucibleErrorKind.InvalidNumberOfBlocks, "a read was answered with another length");

    public static readonly CrucibleError ReadOnly = new CrucibleError.Plain(CrucibleErrorKind.ModifyingReadOnlyRegion);

    public static readonly CrucibleError Withdrawn =
        new CrucibleError.WithText(CrucibleErrorKind.GenericError, "the activation was withdrawn");

    public static readonly CrucibleError NotFlushed =
        CrucibleError.Io("the final flush did not finish before the servers were let go");

    public static readonly CrucibleError GenerationZero =
        new CrucibleError.Negotiation(new NegotiationError.GenerationZeroIsIllegal());

    public static CrucibleError GenerationTooLow(Generation requested, ulong needed) =>
        new CrucibleError.Negotiation(new NegotiationError.GenerationNumberTooLow(requested.Value, needed));

    public static CrucibleError TooFewSlots(int needed, int found) =>
        CrucibleError.Io($"too many inactive clients: need {needed}, got {found}");

    public static CrucibleError CopiesFailed(int failed) =>
        CrucibleError.Io($"{failed} out of {ProtocolLimits.Slots} downstairs failed to complete this IO");

    public static CrucibleError TooManyBlocks(ulong bytes) => new CrucibleError.WithText(
        CrucibleErrorKind.InvalidNumberOfBlocks, $"{bytes} bytes in one job, at most {UpstairsLimits.MaxIoBytes}");

    public static CrucibleError WrongRegion(string why) =>
        new CrucibleError.WithText(CrucibleErrorKind.RegionIncompatible, why);

    public static CrucibleError SnapshotLate(string missing) =>
        new CrucibleError.WithText(CrucibleErrorKind.SnapshotFailed, $"the deadline is over: {missing}");

    public static CrucibleError Replacement(string why) =>
        new CrucibleError.WithText(CrucibleErrorKind.ReplaceRequestInvalid, why);
}
