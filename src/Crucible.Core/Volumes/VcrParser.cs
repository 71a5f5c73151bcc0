using System.Text.Json;

namespace Crucible.Core.Volumes;

/// <summary>Reads VCR JSON. It checks shape and widths only; what values may be is <see cref="VcrValidator"/>'s.</summary>
public static class VcrParser
{
    /// <summary>Reads one VCR. Unknown members are ignored, and of a repeated member the last one counts.</summary>
    /// <returns>Every malformed value is answered with its JSON path; nothing that a sender can write throws.</returns>
    public static VcrParseResult Parse(string json)
    {
        ArgumentNullException.ThrowIfNull(json);
        if (json.Length > VcrLimits.MaxTextLength)
            return Malformed($"longer than {VcrLimits.MaxTextLength} characters");
        try
        {
            using var document = JsonDocument.Parse(json, new JsonDocumentOptions { MaxDepth = VcrLimits.MaxJsonDepth });
            var reader = new VcrReader();
            var vcr = reader.Node(document.RootElement, "$", level: 1);
            return reader.Error is { } error ? new VcrParseResult.Malformed(error) : new VcrParseResult.Parsed(vcr!);
        }
        catch (JsonException e)
        {
            // The library's own text quotes what it found, which may be part of a key.
            return Malformed($"not valid JSON, or nested too deeply, at line {e.LineNumber + 1}, byte {e.BytePositionInLine + 1}");
        }
        catch (ArgumentException)
        {
            return Malformed("holds half of a surrogate pair");
        }
    }

    private static VcrParseResult.Malformed Malformed(string text) => new(new VcrError("$", text));
}
