using System.Text.Json.Nodes;

namespace PropolisActors.Gateway.Tests;

/// <summary>The document we serve says what the contract says, in every version.</summary>
public sealed class OpenApiTests : IAsyncLifetime
{
    private static readonly string[] OurSchemas = ["VmList", "VmOutcome", "VmSummary", "Waiting"];
    private GatewayServer _server = null!;

    public static TheoryData<int> Versions => [1, 2, 3, 4, 5];

    public async Task InitializeAsync() => _server = await GatewayServer.StartAsync(ScriptedDirectory.Empty);

    public Task DisposeAsync() => _server.DisposeAsync().AsTask();

    [Theory]
    [MemberData(nameof(Versions))]
    public async Task Every_operation_is_the_contracts_and_there_is_none_beside_them(int major)
    {
        var (ours, contract) = (Operations(await DocumentAsync($"{major}.0.0")), Operations(Contract.Of(major)));

        Assert.Equal(contract.Keys.Order(), ours.Keys.Where(static key => key.Contains(" /instance", StringComparison.Ordinal)).Order());
        Assert.All(contract, operation => Assert.Equal(
            (operation.Key, Contract.Text(operation.Value)), (operation.Key, Contract.Text(ours[operation.Key]))));
    }

    [Theory]
    [MemberData(nameof(Versions))]
    public async Task Every_schema_is_the_contracts_and_there_is_none_beside_them(int major)
    {
        var (ours, contract) = (Schemas(await DocumentAsync($"{major}.0.0")), Schemas(Contract.Of(major)));

        Assert.Equal(
            contract.Select(static s => s.Key).Order(),
            ours.Select(static s => s.Key).Except(OurSchemas, StringComparer.Ordinal).Order());
        Assert.All(contract, schema => Assert.Equal(
            (schema.Key, Contract.Text(schema.Value)), (schema.Key, Contract.Text(ours[schema.Key]))));
    }

    [Theory]
    [MemberData(nameof(Versions))]
    public async Task The_document_is_whole(int major)
    {
        var document = await DocumentAsync($"{major}.0.0");
        var (facts, operations) = (Contract.Of(major), Operations(document));

        Assert.Equal(facts["openapi"]!.GetValue<string>(), document["openapi"]!.GetValue<string>());
        Assert.Equal($"{major}.0.0", document["info"]!["version"]!.GetValue<string>());
        Assert.NotEmpty(document["info"]!["title"]!.GetValue<string>());
        Assert.Equal(
            Contract.Text(facts["components"]!["responses"]), Contract.Text(document["components"]!["responses"]));
        var names = operations.Values.Select(static operation => operation["operationId"]!.GetValue<string>()).ToList();
        Assert.Equal(names.Count, names.Distinct(StringComparer.Ordinal).Count());
        Assert.All(References(document), reference => Assert.True(Resolves(document, reference), reference));
        // The standard wants a word on every answer, which the facts leave out.
        Assert.All(operations.Values.SelectMany(static o => o["responses"]!.AsObject()), response => Assert.True(
            response.Value!["$ref"] is not null || response.Value["description"] is not null, response.Key));
    }

    [Theory]
    [InlineData(null, "5.0.0")]
    [InlineData("5.0.0", "5.0.0")]
    [InlineData("5.0.0-rc1", "4.0.0")]
    [InlineData("4.7.3", "4.0.0")]
    [InlineData("3.0.0", "3.0.0")]
    [InlineData("2.9.0", "2.0.0")]
    [InlineData("1.0.0", "1.0.0")]
    [InlineData("0.1.0", "1.0.0")]
    public async Task The_document_is_that_of_the_version_asked_for_and_the_newest_without_one(string? asked, string given) =>
        Assert.Equal(given, (await DocumentAsync(asked))["info"]!["version"]!.GetValue<string>());

    [Theory]
    [InlineData("5.0.1", "server does not support this API version: 5.0.1")]
    [InlineData("x", "bad value for header \"api-version\": not a semantic version such as 5.0.0")]
    public async Task A_version_that_is_given_must_be_a_good_one_for_the_document_too(string asked, string message)
    {
        var response = await _server.Http.SendWithAsync("GET", "/openapi.json", null, $"api-version: {asked}");
        Assert.Equal((400, message), (response.Status, response.Message));
    }

    private async Task<JsonObject> DocumentAsync(string? version)
    {
        var response = await _server.Http.SendWithAsync(
            "GET", "/openapi.json", null, version is null ? [] : [$"api-version: {version}"]);
        Assert.Equal((200, "application/json"), (response.Status, response.Headers["content-type"]));
        return (JsonObject)JsonNode.Parse(response.Body)!;
    }

    private static Dictionary<string, JsonObject> Operations(JsonObject document) =>
        (from path in document["paths"]!.AsObject()
         from operation in path.Value!.AsObject()
         select (Name: $"{operation.Key} {path.Key}", Operation: operation.Value!.AsObject()))
        .ToDictionary(static o => o.Name, static o => o.Operation, StringComparer.Ordinal);

    private static JsonObject Schemas(JsonObject document) => document["components"]!["schemas"]!.AsObject();

    private static IEnumerable<string> References(JsonNode? node) => node switch
    {
        JsonObject o => o.SelectMany(static member => member.Key == "$ref" && member.Value is JsonValue reference
            ? [reference.GetValue<string>()]
            : References(member.Value)),
        JsonArray a => a.SelectMany(References),
        _ => [],
    };

    private static bool Resolves(JsonNode document, string reference)
    {
        JsonNode? at = document;
        foreach (var name in reference.Split('/').Skip(1))
            at = at?[name];
        return at is not null;
    }
}
