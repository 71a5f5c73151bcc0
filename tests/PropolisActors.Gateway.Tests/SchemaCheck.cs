using System.Text.Json;
using System.Text.Json.Nodes;

namespace PropolisActors.Gateway.Tests;

/// <summary>Says whether a value is what a schema of the contract allows; knows the keywords that the contract uses.</summary>
internal sealed class SchemaCheck(JsonObject document)
{
    /// <summary>The first thing that is wrong with the body of a success, or null.</summary>
    public string? WhyNot(string method, string template, int status, JsonNode? body)
    {
        var response = document["paths"]![template]![method]!["responses"]![$"{status}"]!;
        return WhyNot(response["content"]!["application/json"]!["schema"]!, body, "$");
    }

    /// <summary>The same of a value that is to be of a named schema.</summary>
    public string? WhyNot(string schemaName, JsonNode? value) =>
        WhyNot(document["components"]!["schemas"]![schemaName]!, value, schemaName);

    private string? WhyNot(JsonNode schema, JsonNode? value, string at)
    {
        if (schema["$ref"] is { } reference)
            return WhyNot(document["components"]!["schemas"]![reference.GetValue<string>().Split('/')[^1]]!, value, at);
        if (value is null && schema["nullable"]?.GetValue<bool>() == true)
            return null;
        if (schema["allOf"] is JsonArray all)
            return all.Select(part => WhyNot(part!, value, at)).FirstOrDefault(static why => why is not null);
        if (schema["oneOf"] is JsonArray variants)
        {
            // A UUID is also a text, so that more than one may fit.
            var whys = variants.Select(variant => WhyNot(variant!, value, at)).ToList();
            return whys.Contains(null) ? null : $"{at} fits no variant: {string.Join("; ", whys)}";
        }

        if (schema["enum"] is JsonArray words && !words.Any(word => JsonNode.DeepEquals(word, value)))
            return $"{at} is {value?.ToJsonString() ?? "null"}, not one of {words.ToJsonString()}";
        return schema["enum"] is not null ? null : schema["type"]?.GetValue<string>() switch
        {
            "object" => value is JsonObject o ? WhyNotObject(schema, o, at) : $"{at} is no object",
            "array" => value is JsonArray items ? WhyNotItems(schema, items, at) : $"{at} is no array",
            "string" => WhyNotText(schema, value, at),
            "boolean" => value?.GetValueKind() is JsonValueKind.True or JsonValueKind.False ? null : $"{at} is no boolean",
            "integer" => value?.GetValueKind() == JsonValueKind.Number && value.GetValue<JsonElement>().TryGetUInt64(out _)
                ? null : $"{at} is no unsigned integer",
            null => null,
            var type => throw new InvalidOperationException(type),
        };
    }

    private string? WhyNotObject(JsonNode schema, JsonObject value, string at)
    {
        foreach (var name in schema["required"]?.AsArray() ?? [])
        {
            if (!value.ContainsKey(name!.GetValue<string>()))
                return $"{at} has no {name}";
        }

        var known = schema["properties"] as JsonObject;
        foreach (var (name, member) in value)
        {
            var why = (known?[name], schema["additionalProperties"]) switch
            {
                ({ } s, _) => WhyNot(s, member, $"{at}.{name}"),
                (null, JsonObject s) => WhyNot(s, member, $"{at}.{name}"),
                (null, JsonValue) => $"{at} must not have {name}",
                _ => null,
            };
            if (why is not null)
                return why;
        }

        return null;
    }

    private string? WhyNotItems(JsonNode schema, JsonArray items, string at) =>
        items.Count < (schema["minItems"]?.GetValue<int>() ?? 0)
        || items.Count > (schema["maxItems"]?.GetValue<int>() ?? int.MaxValue)
            ? $"{at} has {items.Count} items"
            : items.Select((item, i) => WhyNot(schema["items"]!, item, $"{at}[{i}]"))
                .FirstOrDefault(static why => why is not null);

    private static string? WhyNotText(JsonNode schema, JsonNode? value, string at) => value?.GetValueKind() switch
    {
        not JsonValueKind.String => $"{at} is no string",
        _ when schema["format"]?.GetValue<string>() == "uuid" && !Guid.TryParseExact(value.GetValue<string>(), "D", out _)
            => $"{at} is no UUID",
        _ => null,
    };
}
