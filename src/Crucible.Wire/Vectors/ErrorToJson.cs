using System.Diagnostics;
using System.Text.Json.Nodes;

namespace Crucible.Wire.Vectors;

/// <summary>Renders errors in their JSON form.</summary>
internal static class ErrorToJson
{
    public static JsonObject Write(CrucibleError error) => error switch
    {
        CrucibleError.Plain => new JsonObject { ["type"] = Name(error.Kind) },
        CrucibleError.WithText e => new JsonObject { ["type"] = Name(e.Kind), ["value"] = e.Text },
        CrucibleError.MissingContextSlot e => new JsonObject
        {
            ["type"] = Name(e.Kind),
            ["block"] = MessageToJson.Text(e.Block),
            ["extent"] = e.Extent,
        },
        CrucibleError.Negotiation e => new JsonObject { ["type"] = Name(e.Kind), ["value"] = Negotiation(e.Error) },
        _ => throw new UnreachableException($"error {error.Kind}"),
    };

    private static string Name(CrucibleErrorKind kind) =>
        kind == CrucibleErrorKind.LbaRangeOverlap ? ErrorFromJson.LbaRangeOverlap : kind.ToString();

    private static JsonObject Negotiation(NegotiationError error) => error switch
    {
        NegotiationError.OutOfOrder or NegotiationError.GenerationZeroIsIllegal =>
            new JsonObject { ["type"] = error.Kind.ToString() },
        NegotiationError.GenerationNumberTooLow e => new JsonObject
        {
            ["type"] = e.Kind.ToString(),
            ["requested"] = MessageToJson.Text(e.Requested),
            ["actual"] = MessageToJson.Text(e.Actual),
        },
        NegotiationError.IncompatibleVersion e => Mismatch(e, e.Expected, e.Actual),
        NegotiationError.EncryptionMismatch e => Mismatch(e, e.Expected, e.Actual),
        NegotiationError.ReadOnlyMismatch e => Mismatch(e, e.Expected, e.Actual),
        NegotiationError.UpstairsIdMismatch e => Mismatch(e, e.Expected.ToString(), e.Actual.ToString()),
        NegotiationError.SessionIdMismatch e => Mismatch(e, e.Expected.ToString(), e.Actual.ToString()),
        _ => throw new UnreachableException($"negotiation error {error.Kind}"),
    };

    private static JsonObject Mismatch(NegotiationError error, JsonNode expected, JsonNode actual) =>
        new() { ["type"] = error.Kind.ToString(), ["expected"] = expected, ["actual"] = actual };
}
