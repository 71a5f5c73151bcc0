using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace PropolisActors.Cli.Demo;

/// <summary>JSON as a reader wants to see it: on one line, without what matters little, and without keys.</summary>
public static class ShortJson
{
    private static readonly JsonSerializerOptions Relaxed = new()
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    private static readonly HashSet<string> Left = new(StringComparer.Ordinal) { "metadata", "board", "description" };
    private static readonly HashSet<string> Requests = new(StringComparer.Ordinal) { "request_json", "vcr_json" };

    /// <summary>The text, cut where it is longer than <paramref name="charactersMax"/>.</summary>
    public static string Of(string json, int charactersMax)
    {
        // What is no JSON, or nothing, is shown as it is.
        var text = Shorten(Parse(json))?.ToJsonString(Relaxed) ?? json;
        return text.Length <= charactersMax ? text : text[..charactersMax] + "…";
    }

    private static JsonNode? Shorten(JsonNode? node) => node switch
    {
        JsonObject o => new JsonObject(o.Select(m => KeyValuePair.Create(m.Key, Member(m.Key, m.Value)))),
        JsonArray a => new JsonArray([.. a.Select(Shorten)]),
        _ => node?.DeepClone(),
    };

    private static JsonNode? Member(string name, JsonNode? value)
    {
        if (Left.Contains(name))
            return "…";
        return Requests.Contains(name) ? Construction(value) : Shorten(value);
    }

    /// <summary>A construction request as its servers and generations: the whole is long and may hold keys.</summary>
    private static string Construction(JsonNode? value)
    {
        if (value is not JsonValue text || !text.TryGetValue<string>(out var json)
            || Parse(json) is not JsonObject volume || volume["sub_volumes"] is not JsonArray regions)
            return "…";
        return $"… {string.Join("; ", regions.Select(Region))} …";
    }

    private static string Region(JsonNode? region) =>
        region is JsonObject fields && fields["opts"]?["target"] is JsonArray targets
        ? $"generation {fields["gen"]}, targets {string.Join(' ', targets)}"
        : "…";

    private static JsonNode? Parse(string json)
    {
        try
        {
            return JsonNode.Parse(json);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
