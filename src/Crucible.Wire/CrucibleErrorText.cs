using System.Diagnostics;

namespace Crucible.Wire;

/// <summary>
/// The printed form of errors. Four phrases are relied on by clients of the service and must stay as they are:
/// "IO Error: …", "Upstairs is not active" and the two about generations. The rest is plain words.
/// </summary>
internal static class CrucibleErrorText
{
    public static string Of(CrucibleError error) => error switch
    {
        CrucibleError.WithText e => $"{Title(e.Kind)}: {e.Text}",
        CrucibleError.MissingContextSlot e => $"Missing context slot for block {e.Block} of extent {e.Extent}",
        CrucibleError.Negotiation e => $"Negotiation error: {Of(e.Error)}",
        _ => Title(error.Kind),
    };

    public static string Of(NegotiationError error) => error switch
    {
        NegotiationError.OutOfOrder => "Negotiation message out of order",
        NegotiationError.GenerationZeroIsIllegal => "Generation 0 is illegal",
        NegotiationError.GenerationNumberTooLow e =>
            $"Generation number is too low: requested {e.Requested}, found {e.Actual}",
        NegotiationError.IncompatibleVersion e =>
            $"Incompatible message version: expected {e.Expected}, found {e.Actual}",
        NegotiationError.EncryptionMismatch e =>
            $"Encryption mismatch: expected {Encryption(e.Expected)}, found {Encryption(e.Actual)}",
        NegotiationError.ReadOnlyMismatch e =>
            $"Read-only mismatch: expected {Access(e.Expected)}, found {Access(e.Actual)}",
        NegotiationError.UpstairsIdMismatch e => $"Upstairs id mismatch: expected {e.Expected}, found {e.Actual}",
        NegotiationError.SessionIdMismatch e => $"Session id mismatch: expected {e.Expected}, found {e.Actual}",
        _ => throw new UnreachableException($"negotiation error {error.Kind}"),
    };

    private static string Encryption(bool encrypted) => encrypted ? "encrypted" : "unencrypted";

    private static string Access(bool readOnly) => readOnly ? "read-only" : "read-write";

    private static string Title(CrucibleErrorKind kind) => kind switch
    {
        CrucibleErrorKind.GenericError => "Error",
        CrucibleErrorKind.IoError => "IO Error",
        CrucibleErrorKind.Unsupported => "Unsupported",
        CrucibleErrorKind.Disconnect => "Disconnected",
        CrucibleErrorKind.DataLockError => "Data lock error",
        CrucibleErrorKind.RwLockError => "Read-write lock error",
        CrucibleErrorKind.RecvDisconnected => "Disconnected while receiving",
        CrucibleErrorKind.SendError => "Send error",
        CrucibleErrorKind.OffsetUnaligned => "Offset is not a multiple of the block size",
        CrucibleErrorKind.DataLenUnaligned => "Data length is not a multiple of the block size",
        CrucibleErrorKind.BlockSizeMismatch => "Block size mismatch",
        CrucibleErrorKind.InvalidNumberOfBlocks => "Invalid number of blocks",
        CrucibleErrorKind.OffsetInvalid => "Offset is outside the region",
        CrucibleErrorKind.UpstairsActivateInProgress => "Upstairs activation is in progress",
        CrucibleErrorKind.UpstairsDeactivating => "Upstairs is deactivating",
        CrucibleErrorKind.UpstairsInactive => "Upstairs is not active",
        CrucibleErrorKind.UuidMismatch => "Upstairs or session id mismatch",
        CrucibleErrorKind.EncryptionError => "Encryption error",
        CrucibleErrorKind.DecryptionError => "Decryption error",
        CrucibleErrorKind.HashMismatch => "Hash mismatch",
        CrucibleErrorKind.LbaRangeOverlap => "Block ranges overlap",
        CrucibleErrorKind.SubvolumeSizeMismatch => "Sub-volume size mismatch",
        CrucibleErrorKind.SubvolumeTypeMismatch => "Sub-volume type mismatch",
        CrucibleErrorKind.CannotServeBlocks => "Cannot serve blocks",
        CrucibleErrorKind.CannotReceiveBlocks => "Cannot receive blocks",
        CrucibleErrorKind.SnapshotFailed => "Snapshot failed",
        CrucibleErrorKind.ModifyingReadOnlyRegion => "Region is read-only",
        CrucibleErrorKind.InvalidExtent => "Invalid extent",
        CrucibleErrorKind.RepairRequestError => "Repair request failed",
        CrucibleErrorKind.RepairFilesInvalid => "Repair files are invalid",
        CrucibleErrorKind.RepairStreamError => "Repair transfer failed",
        CrucibleErrorKind.GenerationNumberInvalid => "Generation number is invalid",
        CrucibleErrorKind.NoLongerActive => "Another upstairs took over",
        CrucibleErrorKind.RegionAssembleError => "Regions do not form one region set",
        CrucibleErrorKind.PropertyNotAvailable => "Property is not available",
        CrucibleErrorKind.ReplaceRequestInvalid => "Replace request is invalid",
        CrucibleErrorKind.MissingContextSlot => "Missing context slot",
        CrucibleErrorKind.BadMetadata => "Bad metadata",
        CrucibleErrorKind.BadContextSlot => "Bad context slot",
        CrucibleErrorKind.MissingBlockContext => "Missing block context",
        CrucibleErrorKind.RegionIncompatible => "Region is incompatible",
        CrucibleErrorKind.NegotiationError => "Negotiation error",
        _ => throw new UnreachableException($"error {kind}"),
    };
}
