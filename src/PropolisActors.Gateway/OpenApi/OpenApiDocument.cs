using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using PropolisActors.Gateway.Http;

namespace PropolisActors.Gateway.OpenApi;

/// <summary>
/// The interface as an OpenAPI 3.0 document, made from the route table and the schemas beside this file. There is one for
/// each version of the contract.
/// </summary>
internal static class OpenApiDocument
{
    /// <summary>Reads about versions, and why only half of the paths are listed.</summary>
    private const string Description =
        "Send the version in the header api-version. Every path that begins with /instance is about the one unnamed VM, and "
        + "exists below /vms/{name} too, about a VM of that name. Bodies are JSON; answers may have more members than are "
        + "listed here where an object is open.";

    private static readonly ImmutableArray<byte[]> Documents =
    [
        .. Enumerable.Range(1, (int)ApiVersion.Newest.Major)
            .Select(static major => Encoding.UTF8.GetBytes(Make(major).ToJsonString())),
    ];

    /// <summary>The document of a version, as UTF-8.</summary>
    public static byte[] Of(ApiVersion version) => Documents[version.ContractMajor - 1];

    private static JsonObject Make(int major)
    {
        var version = new ApiVersion((ulong)major, 0, 0, IsPreRelease: false);
        return new JsonObject
        {
            ["openapi"] = "3.0.3",
            ["info"] = new JsonObject
            {
                ["title"] = "Propolis server API",
                ["description"] = Description,
                ["version"] = $"{major}.0.0",
            },
            ["paths"] = Paths(version),
            ["components"] = new JsonObject
            {
                ["responses"] = new JsonObject { ["Error"] = JsonContent("Refused or failed", Schema.Ref("Error")) },
                ["schemas"] = Schemas(version),
            },
        };
    }

    private static JsonObject Schemas(ApiVersion version)
    {
        var schemas = new JsonObject();
        SpecSchemas.AddTo(schemas, version.SpecFormat);
        StateSchemas.AddTo(schemas);
        StateSchemas.AddOursTo(schemas);
        VolumeSchemas.AddTo(schemas, version.HasVolumeInfo);
        return schemas;
    }

    private static JsonObject Paths(ApiVersion version)
    {
        var paths = new JsonObject();
        foreach (var entry in RouteTable.OfVm.Concat(RouteTable.OfService))
        {
            if (!OperationDoc.All.TryGetValue(entry.Operation, out var doc))
                continue;
            if (paths[entry.Template] is not JsonObject path)
                paths[entry.Template] = path = [];
            path[entry.Method.ToLowerInvariant()] = OperationOf(entry, doc, version);
        }

        return paths;
    }

    private static JsonObject OperationOf(RouteEntry entry, OperationDoc doc, ApiVersion version)
    {
        var operation = new JsonObject { ["operationId"] = doc.Id, ["summary"] = doc.Summary };
        JsonArray parameters = [.. PathParameters(entry.Template), .. doc.Query.Select(QueryParameter)];
        if (parameters.Count > 0)
            operation["parameters"] = parameters;
        if (doc.Request is { } request)
        {
            operation["requestBody"] = JsonContent(null, Schema.Ref(request));
            operation["requestBody"]!["required"] = true;
        }

        operation["responses"] = Responses(doc, version);
        if (doc.Status == OperationDoc.Upgraded)
            operation["x-dropshot-websocket"] = new JsonObject();
        return operation;
    }

    private static JsonObject Responses(OperationDoc doc, ApiVersion version)
    {
        // Before 4.0.0 the contract left open what a WebSocket route answers.
        if (doc.Status == OperationDoc.Upgraded && !version.HasDocumentedUpgrades)
        {
            return new JsonObject
            {
                ["default"] = new JsonObject
                {
                    ["description"] = "",
                    ["content"] = new JsonObject { ["*/*"] = new JsonObject { ["schema"] = new JsonObject() } },
                },
            };
        }

        var success = doc.Response switch
        {
            null => new JsonObject { ["description"] = doc.Status == OperationDoc.Upgraded ? "Upgraded" : "Accepted" },
            "" => JsonContent("Done", Schema.Null()),
            var name => JsonContent("Done", Schema.Ref(name)),
        };
        return new JsonObject
        {
            [doc.Status.ToString(CultureInfo.InvariantCulture)] = success,
            ["4XX"] = ErrorReference(),
            ["5XX"] = ErrorReference(),
        };
    }

    private static IEnumerable<JsonObject> PathParameters(string template) =>
        template.Split('/').Where(static segment => segment.StartsWith('{')).Select(static segment =>
        {
            var name = segment[1..^1];
            return new JsonObject
            {
                ["in"] = "path",
                ["name"] = name,
                ["required"] = true,
                ["schema"] = Route.UuidParameters.Contains(name) ? Schema.Uuid() : Schema.Text(),
            };
        });

    private static JsonObject QueryParameter(string name) => new()
    {
        ["in"] = "query",
        ["name"] = name,
        ["schema"] = Schema.Nullable(Schema.U64()),
    };

    private static JsonObject JsonContent(string? description, JsonObject schema)
    {
        var content = new JsonObject
        {
            ["content"] = new JsonObject { ["application/json"] = new JsonObject { ["schema"] = schema } },
        };
        if (description is not null)
            content["description"] = description;
        return content;
    }

    private static JsonObject ErrorReference() => new() { ["$ref"] = "#/components/responses/Error" };
}
