using System.Text.Json;

namespace Crucible.Wire.Vectors;

/// <summary>
/// Checks this library against a vector file (protocol section 20): messages both ways, decoder cases, hashes, the
/// cipher, and the frames of recorded sessions. Whatever it does not understand is a failure, never a silent pass.
/// </summary>
public static class VectorCheck
{
    private const string Whole = "(whole)";

    /// <summary>Parses and checks a whole file.</summary>
    /// <exception cref="VectorFormatException">The text is not JSON.</exception>
    public static IReadOnlyList<VectorResult> Run(Stream json)
    {
        using var document = Parse(json);
        return [.. Run(document)];
    }

    /// <summary>
    /// Checks a file, entry by entry in its own order. Entries that are malformed come out as failed with the path of
    /// the member at fault; nothing throws. The document must live until the last result was taken.
    /// </summary>
    public static IEnumerable<VectorResult> Run(JsonDocument document)
    {
        try
        {
            return Sections(new JsonCursor(document.RootElement, "$").Members());
        }
        catch (VectorFormatException e)
        {
            return [VectorResult.Fail("$", Whole, e.Message)];
        }
    }

    private static IEnumerable<VectorResult> Sections(IReadOnlyList<(string Name, JsonCursor Value)> sections)
    {
        var looked = false;
        foreach (var (name, section) in sections)
        {
            foreach (var result in Section(name, section))
            {
                looked = true;
                yield return result;
            }
        }

        if (!looked)
            yield return VectorResult.Fail("$", Whole, "$: holds nothing to check");
    }

    private static JsonDocument Parse(Stream json)
    {
        try
        {
            return JsonDocument.Parse(json, new JsonDocumentOptions { AllowDuplicateProperties = false });
        }
        catch (JsonException e)
        {
            throw new VectorFormatException("$", $"is not JSON: {e.Message}", e);
        }
    }

    private static IEnumerable<VectorResult> Section(string name, JsonCursor section) => name switch
    {
        "messages" => Entries(name, section, FrameCheck.Message),
        "decoder_cases" => Entries(name, section, FrameCheck.DecoderCase),
        "xxhash64" => Entries(name, section, HashCheck.Plain),
        "block_hashes" => Entries(name, section, HashCheck.Block),
        "sessions" => Sessions(name, section),
        "encrypted_blocks" => Entries(name, section, CipherCheck.Block),
        "aes_gcm_siv" => Entries(name, section, CipherCheck.Both),
        "discriminants" => Entries(name, section, Discriminant),
        "about" => About(name, section),
        "counts" => [],
        _ => [VectorResult.Fail(name, Whole, $"{section.Path}: is not a known section")],
    };

    private static IEnumerable<VectorResult> Entries(string name, JsonCursor section, Func<JsonCursor, string> check)
    {
        if (section.Element.ValueKind != JsonValueKind.Array)
            return [VectorResult.Fail(name, Whole, $"{section.Path}: must be a list")];
        return section.Items().Select((entry, index) => One(name, NameOf(entry, index), entry, check));
    }

    private static VectorResult One(string section, string name, JsonCursor entry, Func<JsonCursor, string> check)
    {
        try
        {
            var wrong = check(entry);
            return wrong.Length == 0
                ? new VectorResult(section, name, VectorOutcome.Passed, "")
                : VectorResult.Fail(section, name, wrong);
        }
        catch (VectorFormatException e)
        {
            return VectorResult.Fail(section, name, e.Message);
        }
    }

    /// <summary>The frames of recorded conversations; whether a peer would say them in this order is not looked at.</summary>
    private static IEnumerable<VectorResult> Sessions(string name, JsonCursor section)
    {
        if (section.Element.ValueKind != JsonValueKind.Array)
            return [VectorResult.Fail(name, Whole, $"{section.Path}: must be a list")];
        return section.Items().SelectMany((session, index) =>
        {
            var title = NameOf(session, index);
            if (session.Element.ValueKind != JsonValueKind.Object
                || !session.TryMember("steps", out var steps) || steps.Element.ValueKind != JsonValueKind.Array)
            {
                return [VectorResult.Fail(name, title, $"{session.Path}.steps: must be a list")];
            }

            return steps.Items().Select((step, number) => One(name, $"{title}/step{number}", step, Step));
        });
    }

    private static string Step(JsonCursor step)
    {
        if (!step.TryMember("event", out var happened))
            return FrameCheck.Message(step);
        return happened.Text() == "closed" ? "" : $"{happened.Path}: '{happened.Text()}' is not a known event";
    }

    private static string Discriminant(JsonCursor entry)
    {
        var kind = ErrorFromJson.Named<MessageKind>(entry["name"], "message");
        var number = entry["discriminant"];
        return number.UInt32() == (uint)kind ? "" : $"{number.Path}: is {number.UInt32()}, {kind} is {(uint)kind} here";
    }

    /// <summary>Speaks up only if the file is of another version: being of this one is no evidence of anything.</summary>
    private static IEnumerable<VectorResult> About(string name, JsonCursor about)
    {
        if (about.Element.ValueKind != JsonValueKind.Object || !about.TryMember("protocol_version", out var version))
            return [];
        var result = One(name, "protocol_version", version, v => v.UInt32() == ProtocolLimits.Version
            ? ""
            : $"{v.Path}: is {v.UInt32()}, this library speaks {ProtocolLimits.Version}");
        return result.Passed ? [] : [result];
    }

    // Hashes have no names, and what else an entry needs is for its check to say.
    private static string NameOf(JsonCursor entry, int index) =>
        entry.Element.ValueKind == JsonValueKind.Object && entry.TryMember("name", out var name) && name.IsText(out var text)
            ? text
            : $"[{index}]";
}
