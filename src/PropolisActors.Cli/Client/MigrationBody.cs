using System.Text.Json.Nodes;

namespace PropolisActors.Cli.Client;

/// <summary>The body of a request that makes a service take a VM over from another.</summary>
/// <param name="Properties">Of the VM there: those of the source, but for the id.</param>
/// <param name="Migration">Names the migration on both sides.</param>
/// <param name="Source">Where the source listens, <c>ip:port</c>.</param>
/// <param name="Vcrs">The construction requests its disks have there, by the key of their backend.</param>
public sealed record MigrationBody(
    JsonObject Properties, Guid Migration, string Source, IReadOnlyDictionary<string, string> Vcrs)
{
    /// <summary>What the source answers to <see cref="ApiRequest.GetSpec"/> becomes the request to the target.</summary>
    /// <param name="specAnswer">That answer.</param>
    /// <param name="source">Where the source listens, <c>ip:port</c>.</param>
    /// <param name="given">Construction requests for some disks; every other has the source's, one generation later.</param>
    /// <exception cref="AnswerFormatException">It is no such answer.</exception>
    public static MigrationBody Of(string specAnswer, string source, IReadOnlyDictionary<string, string> given)
    {
        try
        {
            var answer = JsonNode.Parse(specAnswer)!.AsObject();
            var properties = answer["properties"]!.DeepClone().AsObject();
            properties["id"] = Guid.NewGuid().ToString("D");
            var vcrs = new Dictionary<string, string>(StringComparer.Ordinal);
            foreach (var (key, component) in answer["spec"]!["value"]!["components"]!.AsObject())
            {
                if (component!["type"]!.GetValue<string>() is "crucible_storage_backend")
                    vcrs[key] = given.GetValueOrDefault(key) ?? Later(component["component"]!["request_json"]!.GetValue<string>());
            }

            return new MigrationBody(properties, Guid.NewGuid(), source, vcrs);
        }
        catch (Exception e) when (e is System.Text.Json.JsonException or InvalidOperationException or NullReferenceException)
        {
            throw new AnswerFormatException("the source's answer is not the spec of a VM that can be migrated.");
        }
    }

    public string ToJson() => new JsonObject
    {
        ["properties"] = Properties.DeepClone(),
        ["init"] = new JsonObject
        {
            ["method"] = "MigrationTarget",
            ["value"] = new JsonObject
            {
                ["migration_id"] = Migration.ToString("D"),
                ["src_addr"] = Source,
                ["replace_components"] = new JsonObject(Vcrs.Select(vcr => KeyValuePair.Create(vcr.Key, (JsonNode?)Backend(vcr.Value)))),
            },
        },
    }.ToJsonString();

    public override string ToString() => $"migration {Migration} from {Source}";

    private static JsonObject Backend(string vcr) => new()
    {
        ["component"] = "CrucibleStorageBackend",
        ["spec"] = new JsonObject { ["request_json"] = vcr, ["readonly"] = false },
    };

    /// <summary>The same volume with every generation of its own regions one higher.</summary>
    private static string Later(string vcr)
    {
        var root = JsonNode.Parse(vcr)!.AsObject();
        Raise(root);
        return root.ToJsonString();

        static void Raise(JsonObject node)
        {
            if (node["gen"] is { } gen)
                node["gen"] = gen.GetValue<ulong>() + 1;
            foreach (var child in node["sub_volumes"] as JsonArray ?? [])
                Raise(child!.AsObject());
        }
    }
}
