using System.Text.Json;
using System.Text.Json.Nodes;

namespace PropolisActors.Gateway.Tests;

/// <summary>The facts of the contract, one document for each version, without the prose.</summary>
internal static class Contract
{
    private static readonly string[] Prose = ["description", "title", "summary"];

    public static JsonObject Of(int major)
    {
        var name = $"PropolisActors.Gateway.Tests.contracts.propolis-server-v{major}.json";
        using var stream = typeof(Contract).Assembly.GetManifestResourceStream(name)!;
        return (JsonObject)JsonNode.Parse(stream)!;
    }

    /// <summary>
    /// One spelling for everything that says the same: no prose, a list of required members in one order, and no wrapper
    /// around a single schema.
    /// </summary>
    public static JsonNode? Normal(JsonNode? node) => node switch
    {
        JsonObject { Count: 1 } o when o["allOf"] is JsonArray { Count: 1 } only => Normal(only[0]),
        JsonObject o => new JsonObject(o
            .Where(member => !IsProse(member))
            .OrderBy(static member => member.Key, StringComparer.Ordinal)
            .Select(static member => KeyValuePair.Create(member.Key, member is { Key: "required", Value: JsonArray names }
                ? InOrder(names)
                : Normal(member.Value)))),
        JsonArray a => new JsonArray([.. a.Select(Normal)]),
        _ => node?.DeepClone(),
    };

    public static string Text(JsonNode? node) => Normal(node)?.ToJsonString(JsonSerializerOptions.Default) ?? "null";

    private static JsonArray InOrder(JsonArray names) => new(
    [
        .. names.Select(static name => name!.GetValue<string>()).Order(StringComparer.Ordinal)
            .Select(static name => JsonValue.Create(name)),
    ]);

    /// <summary>A member of that name whose value is a schema is no prose: a VM has a description.</summary>
    private static bool IsProse(KeyValuePair<string, JsonNode?> member) =>
        Prose.Contains(member.Key, StringComparer.Ordinal) && member.Value is JsonValue;
}
