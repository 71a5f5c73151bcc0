using System.Text.Json;
using System.Text.Json.Nodes;

namespace Crucible.Wire.Vectors;

/// <summary>Finds where two JSON values part, so that a failed entry says which field is wrong.</summary>
internal static class JsonDifference
{
    /// <summary>The first difference as a line with its path, or null when there is none.</summary>
    public static string? First(JsonCursor expected, JsonNode? actual) => expected.Element.ValueKind switch
    {
        JsonValueKind.Object => OfObjects(expected, actual as JsonObject),
        JsonValueKind.Array => OfLists(expected, actual as JsonArray),
        JsonValueKind.String => Compare(expected, actual, expected.Text(), TextOf(actual)),
        _ => Compare(expected, actual, expected.Element.GetRawText(), actual?.ToJsonString() ?? "null"),
    };

    private static string? OfObjects(JsonCursor expected, JsonObject? actual)
    {
        if (actual is null)
            return $"{expected.Path}: decoded to something that is not an object";
        var members = expected.Members();
        foreach (var (name, value) in members)
        {
            if (!actual.TryGetPropertyValue(name, out var decoded))
                return $"{value.Path}: there is no such member here";
            if (First(value, decoded) is { } difference)
                return difference;
        }

        return members.Count == actual.Count
            ? null
            : $"{expected.Path}: has {members.Count} members, decoded {actual.Count}";
    }

    private static string? OfLists(JsonCursor expected, JsonArray? actual)
    {
        var items = expected.Items().ToArray();
        if (actual is null || actual.Count != items.Length)
            return $"{expected.Path}: has {items.Length} items, decoded {actual?.Count ?? 0}";
        return items.Select((item, index) => First(item, actual[index])).FirstOrDefault(found => found is not null);
    }

    private static string? Compare(JsonCursor expected, JsonNode? actual, string want, string? got) =>
        want == got ? null : $"{expected.Path}: is {Shown(want)}, decoded {Shown(got ?? actual?.ToJsonString() ?? "null")}";

    private static string? TextOf(JsonNode? node) =>
        node is JsonValue value && value.TryGetValue<string>(out var text) ? text : null;

    // A payload can be thousands of digits; its beginning is enough to find it.
    private static string Shown(string value) => value.Length <= 80 ? value : $"{value[..80]}…";
}
