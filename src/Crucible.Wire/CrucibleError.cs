namespace Crucible.Wire;

/// <summary>The errors that travel in messages; the value is the number on the wire (section 4.7).</summary>
public enum CrucibleErrorKind
{
    GenericError = 0,
    IoError = 1,
    Unsupported = 2,
    Disconnect = 3,
    DataLockError = 4,
    RwLockError = 5,
    RecvDisconnected = 6,
    SendError = 7,
    OffsetUnaligned = 8,
    DataLenUnaligned = 9,
    BlockSizeMismatch = 10,
    InvalidNumberOfBlocks = 11,
    OffsetInvalid = 12,
    UpstairsActivateInProgress = 13,
    UpstairsDeactivating = 14,
    UpstairsInactive = 15,
    UuidMismatch = 16,
    EncryptionError = 17,
    DecryptionError = 18,
    HashMismatch = 19,
    LbaRangeOverlap = 20,
    SubvolumeSizeMismatch = 21,
    SubvolumeTypeMismatch = 22,
    CannotServeBlocks = 23,
    CannotReceiveBlocks = 24,
    SnapshotFailed = 25,
    ModifyingReadOnlyRegion = 26,
    InvalidExtent = 27,
    RepairRequestError = 28,
    RepairFilesInvalid = 29,
    RepairStreamError = 30,
    GenerationNumberInvalid = 31,
    NoLongerActive = 32,
    RegionAssembleError = 33,
    PropertyNotAvailable = 34,
    ReplaceRequestInvalid = 35,
    MissingContextSlot = 36,
    BadMetadata = 37,
    BadContextSlot = 38,
    MissingBlockContext = 39,
    RegionIncompatible = 40,
    NegotiationError = 41,
}

/// <summary>Why a negotiation failed; the value is the number on the wire.</summary>
public enum NegotiationErrorKind
{
    OutOfOrder = 0,
    GenerationZeroIsIllegal = 1,
    GenerationNumberTooLow = 2,
    IncompatibleVersion = 3,
    EncryptionMismatch = 4,
    ReadOnlyMismatch = 5,
    UpstairsIdMismatch = 6,
    SessionIdMismatch = 7,
}

/// <summary>A negotiation failure with what was asked for and what was found, where its kind has them.</summary>
public abstract record NegotiationError(NegotiationErrorKind Kind)
{
    /// <summary>One line for people, e.g. <c>Generation 0 is illegal</c>.</summary>
    public string Describe() => CrucibleErrorText.Of(this);

    public sealed record OutOfOrder() : NegotiationError(NegotiationErrorKind.OutOfOrder);

    public sealed record GenerationZeroIsIllegal() : NegotiationError(NegotiationErrorKind.GenerationZeroIsIllegal);

    public sealed record GenerationNumberTooLow(ulong Requested, ulong Actual)
        : NegotiationError(NegotiationErrorKind.GenerationNumberTooLow);

    public sealed record IncompatibleVersion(uint Expected, uint Actual)
        : NegotiationError(NegotiationErrorKind.IncompatibleVersion);

    public sealed record EncryptionMismatch(bool Expected, bool Actual)
        : NegotiationError(NegotiationErrorKind.EncryptionMismatch);

    public sealed record ReadOnlyMismatch(bool Expected, bool Actual)
        : NegotiationError(NegotiationErrorKind.ReadOnlyMismatch);

    public sealed record UpstairsIdMismatch(Guid Expected, Guid Actual)
        : NegotiationError(NegotiationErrorKind.UpstairsIdMismatch);

    public sealed record SessionIdMismatch(Guid Expected, Guid Actual)
        : NegotiationError(NegotiationErrorKind.SessionIdMismatch);
}

/// <summary>An error as it travels. The printed text of an error is not on the wire, only kind and payload.</summary>
public abstract record CrucibleError(CrucibleErrorKind Kind)
{
    /// <summary>A kind without payload.</summary>
    public sealed record Plain(CrucibleErrorKind Kind) : CrucibleError(Kind);

    /// <summary>A kind whose payload is one text.</summary>
    public sealed record WithText(CrucibleErrorKind Kind, string Text) : CrucibleError(Kind);

    public sealed record MissingContextSlot(ulong Block, uint Extent) : CrucibleError(CrucibleErrorKind.MissingContextSlot);

    public sealed record Negotiation(NegotiationError Error) : CrucibleError(CrucibleErrorKind.NegotiationError);

    public static CrucibleError Io(string text) => new WithText(CrucibleErrorKind.IoError, text);

    /// <summary>Which of the four records an error of this kind must be.</summary>
    public static CrucibleErrorPayload PayloadOf(CrucibleErrorKind kind) => kind switch
    {
        CrucibleErrorKind.GenericError or CrucibleErrorKind.IoError or CrucibleErrorKind.Unsupported
            or CrucibleErrorKind.RwLockError or CrucibleErrorKind.SendError or CrucibleErrorKind.InvalidNumberOfBlocks
            or CrucibleErrorKind.EncryptionError or CrucibleErrorKind.CannotServeBlocks
            or CrucibleErrorKind.CannotReceiveBlocks or CrucibleErrorKind.SnapshotFailed
            or CrucibleErrorKind.RepairRequestError or CrucibleErrorKind.RepairFilesInvalid
            or CrucibleErrorKind.RepairStreamError or CrucibleErrorKind.PropertyNotAvailable
            or CrucibleErrorKind.ReplaceRequestInvalid or CrucibleErrorKind.BadMetadata
            or CrucibleErrorKind.BadContextSlot or CrucibleErrorKind.RegionIncompatible => CrucibleErrorPayload.Text,
        CrucibleErrorKind.MissingContextSlot => CrucibleErrorPayload.Slot,
        CrucibleErrorKind.NegotiationError => CrucibleErrorPayload.Negotiation,
        _ => CrucibleErrorPayload.None,
    };

    /// <summary>One line for people; the text is ours to choose, since it never travels.</summary>
    public string Describe() => CrucibleErrorText.Of(this);
}
