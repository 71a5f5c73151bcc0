using System.Text.Json.Nodes;

namespace PropolisActors.Gateway.Tests;

/// <summary>What the service answers is what the contract's schemas allow, in every version.</summary>
public sealed class SchemaTests : IAsyncLifetime
{
    private GatewayServer _server = null!;

    public static TheoryData<int> Versions => [1, 2, 3, 4, 5];

    public async Task InitializeAsync() => _server = await GatewayServer.StartLiveAsync();

    public Task DisposeAsync() => _server.DisposeAsync().AsTask();

    [Theory]
    [MemberData(nameof(Versions))]
    public async Task Answers_of_a_vm_with_every_device_follow_the_contract(int major)
    {
        var check = new SchemaCheck(Contract.Of(major));
        var body = Samples.Ensure(Samples.Devices(withSocket: major >= 3));
        Assert.Null(check.WhyNot("InstanceEnsureRequest", JsonNode.Parse(body)));
        async Task AnswerFits(string method, string path, int status, string? send = null)
        {
            var response = await _server.Http.SendWithAsync(
                method.ToUpperInvariant(), path, send, $"api-version: {major}.0.0");
            Assert.Equal((path, status), (path, response.Status));
            Assert.Null(check.WhyNot(method, path.Split('?')[0], status, JsonNode.Parse(response.Body)));
        }

        await AnswerFits("put", "/instance", 201, body);
        await AnswerFits("get", "/instance", 200);
        await AnswerFits("get", "/instance/spec", 200);
        await AnswerFits("get", "/instance/state-monitor", 200, """{"gen":0}""");
        await AnswerFits("get", "/instance/migration-status", 200);
        await AnswerFits("get", "/instance/serial/history?from_start=0", 200);
        await AnswerFits("post", "/instance/nmi", 200);
    }

    [Theory]
    [InlineData("GET", "/nowhere")]
    [InlineData("POST", "/instance")]
    [InlineData("GET", "/instance")]
    [InlineData("PUT", "/instance")]
    [InlineData("PUT", "/instance/state")]
    [InlineData("GET", "/instance/disk/x/status")]
    [InlineData("GET", "/instance/serial")]
    [InlineData("POST", "/instance/disk/x/snapshot/y")]
    public async Task Every_refusal_is_an_error_of_the_contract(string method, string path)
    {
        var check = new SchemaCheck(Contract.Of(5));
        var response = await _server.Http.SendAsync(method, path);
        Assert.InRange(response.Status, 400, 499);
        Assert.Null(check.WhyNot("Error", JsonNode.Parse(response.Body)));
        Assert.Equal(response.Headers["x-request-id"], response.Json.GetProperty("request_id").GetString());
    }

    [Fact]
    public async Task Our_own_routes_answer_as_our_document_says()
    {
        var document = await _server.Http.SendWithAsync("GET", "/openapi.json", null);
        var check = new SchemaCheck((JsonObject)JsonNode.Parse(document.Body)!);
        await _server.Http.SendAsync("PUT", "/vms/a/instance", Samples.Ensure());
        foreach (var (path, template) in new[] { ("/vms", "/vms"), ("/vms/a/waiting", "/vms/{name}/waiting") })
        {
            var response = await _server.Http.SendAsync("GET", path);
            Assert.Null(check.WhyNot("get", template, response.Status, JsonNode.Parse(response.Body)));
        }
    }
}
