namespace Propolis.Core.Json;

/// <summary>The named fields of one JSON object.</summary>
internal sealed class JsonFields
{
    private readonly JsonPlace _place;
    private readonly Dictionary<string, JsonPlace> _fields = new(StringComparer.Ordinal);

    private JsonFields(JsonPlace place, bool rejectUnknown, ReadOnlySpan<string> names)
    {
        _place = place;
        foreach (var (name, value) in place.Properties())
        {
            if (!names.Contains(name))
            {
                if (rejectUnknown)
                    throw place.Wrong($"unknown field `{JsonPlace.Shortened(name)}`");
            }
            else if (!_fields.TryAdd(name, value))
            {
                throw place.Wrong($"duplicate field `{name}`");
            }
        }
    }

    /// <summary>An object that may have these fields and no other.</summary>
    public static JsonFields Only(JsonPlace place, params ReadOnlySpan<string> names) =>
        new(place, rejectUnknown: true, names);

    /// <summary>An object whose other fields are ignored.</summary>
    public static JsonFields AtLeast(JsonPlace place, params ReadOnlySpan<string> names) =>
        new(place, rejectUnknown: false, names);

    public JsonPlace this[string name] =>
        _fields.TryGetValue(name, out var place) ? place : throw _place.Wrong($"missing field `{name}`");

    /// <summary>The field, or null when it is absent or null.</summary>
    public JsonPlace? Optional(string name) =>
        _fields.TryGetValue(name, out var place) && place.Element.ValueKind != System.Text.Json.JsonValueKind.Null
            ? place
            : null;
}
