using System.Diagnostics;

namespace Crucible.Wire.Vectors;

/// <summary>Reads errors from their JSON form.</summary>
internal static class ErrorFromJson
{
    // The one variant whose name is not written as this code base writes names.
    public const string LbaRangeOverlap = "LBARangeOverlap";

    public static CrucibleError Read(JsonCursor c)
    {
        var name = c["type"].Text();
        var kind = name == LbaRangeOverlap
            ? CrucibleErrorKind.LbaRangeOverlap
            : Named<CrucibleErrorKind>(c["type"], "error");
        return CrucibleError.PayloadOf(kind) switch
        {
            CrucibleErrorPayload.None => new CrucibleError.Plain(kind),
            CrucibleErrorPayload.Text => new CrucibleError.WithText(kind, c["value"].Text()),
            CrucibleErrorPayload.Slot => new CrucibleError.MissingContextSlot(c["block"].UInt64(), c["extent"].UInt32()),
            CrucibleErrorPayload.Negotiation => new CrucibleError.Negotiation(Negotiation(c["value"])),
            _ => throw new UnreachableException($"payload of {kind}"),
        };
    }

    /// <summary>The enumeration member with exactly this name; numbers do not count as names.</summary>
    public static T Named<T>(JsonCursor c, string what)
        where T : struct, Enum
    {
        var name = c.Text();
        return Enum.TryParse<T>(name, out var value) && Enum.GetName(value) == name
            ? value
            : throw new VectorFormatException(c.Path, $"'{name}' is not a known {what}");
    }

    private static NegotiationError Negotiation(JsonCursor c) =>
        Named<NegotiationErrorKind>(c["type"], "negotiation error") switch
        {
            NegotiationErrorKind.OutOfOrder => new NegotiationError.OutOfOrder(),
            NegotiationErrorKind.GenerationZeroIsIllegal => new NegotiationError.GenerationZeroIsIllegal(),
            NegotiationErrorKind.GenerationNumberTooLow =>
                new NegotiationError.GenerationNumberTooLow(c["requested"].UInt64(), c["actual"].UInt64()),
            NegotiationErrorKind.IncompatibleVersion =>
                new NegotiationError.IncompatibleVersion(c["expected"].UInt32(), c["actual"].UInt32()),
            NegotiationErrorKind.EncryptionMismatch =>
                new NegotiationError.EncryptionMismatch(c["expected"].Bool(), c["actual"].Bool()),
            NegotiationErrorKind.ReadOnlyMismatch =>
                new NegotiationError.ReadOnlyMismatch(c["expected"].Bool(), c["actual"].Bool()),
            NegotiationErrorKind.UpstairsIdMismatch =>
                new NegotiationError.UpstairsIdMismatch(c["expected"].Uuid(), c["actual"].Uuid()),
            NegotiationErrorKind.SessionIdMismatch =>
                new NegotiationError.SessionIdMismatch(c["expected"].Uuid(), c["actual"].Uuid()),
            var kind => throw new UnreachableException($"negotiation error {kind}"),
        };
}
