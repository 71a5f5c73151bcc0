using System.Text.Json.Nodes;

namespace PropolisActors.Gateway.OpenApi;

/// <summary>The few shapes our JSON has, as OpenAPI 3.0 schema objects. Each call makes a new one.</summary>
internal static class Schema
{
    private const string ReferencePrefix = "#/components/schemas/";

    public static JsonObject Text() => Of("string");

    public static JsonObject Uuid() => new() { ["type"] = "string", ["format"] = "uuid" };

    public static JsonObject Time() => new() { ["type"] = "string", ["format"] = "date-time" };

    public static JsonObject Bool() => Of("boolean");

    public static JsonObject U8() => Unsigned("uint8");

    public static JsonObject U32() => Unsigned("uint32");

    public static JsonObject U64() => Unsigned("uint64");

    /// <summary>An unsigned integer of at least <paramref name="min"/>.</summary>
    public static JsonObject Unsigned(string format, int min = 0) =>
        new() { ["type"] = "integer", ["format"] = format, ["minimum"] = min };

    /// <summary>One of a closed set of words.</summary>
    public static JsonObject Words(params IEnumerable<string> words) =>
        new() { ["type"] = "string", ["enum"] = new JsonArray([.. words.Select(static word => JsonValue.Create(word))]) };

    /// <summary>The names of a C# enumeration, which are the words on the wire.</summary>
    public static JsonObject WordsOf<TEnum>()
        where TEnum : struct, Enum => Words(Enum.GetNames<TEnum>());

    /// <summary>The body <c>null</c>, in the words existing clients were generated from.</summary>
    public static JsonObject Null() => new() { ["type"] = "string", ["enum"] = new JsonArray([null]) };

    public static JsonObject Ref(string name) => new() { ["$ref"] = ReferencePrefix + name };

    /// <summary>The same, or null. A reference cannot have a neighbour, so it is wrapped.</summary>
    public static JsonObject Nullable(JsonObject schema)
    {
        var nullable = schema.ContainsKey("$ref") ? new JsonObject { ["allOf"] = new JsonArray(schema) } : schema;
        nullable["nullable"] = true;
        return nullable;
    }

    public static JsonObject List(JsonObject items) => new() { ["type"] = "array", ["items"] = items };

    /// <summary>An object whose keys are of the client's choosing.</summary>
    public static JsonObject Map(JsonObject values) => new() { ["type"] = "object", ["additionalProperties"] = values };

    public static JsonObject OneOf(params IEnumerable<JsonObject> variants) =>
        new() { ["oneOf"] = new JsonArray([.. variants]) };

    /// <summary>An object whose unknown fields are ignored.</summary>
    /// <param name="fields">A name that ends in <c>?</c> is of an optional field.</param>
    public static JsonObject Open(params IEnumerable<(string Name, JsonObject Schema)> fields)
    {
        var (properties, required) = (new JsonObject(), new JsonArray());
        foreach (var (name, schema) in fields)
        {
            properties[name.TrimEnd('?')] = schema;
            if (!name.EndsWith('?'))
                required.Add(name);
        }

        var result = new JsonObject { ["type"] = "object", ["properties"] = properties };
        if (required.Count > 0)
            result["required"] = required;
        return result;
    }

    /// <summary>An object that may have these fields and no other.</summary>
    public static JsonObject Closed(params IEnumerable<(string Name, JsonObject Schema)> fields)
    {
        var result = Open(fields);
        result["additionalProperties"] = false;
        return result;
    }

    private static JsonObject Of(string type) => new() { ["type"] = type };
}
