using System.Text.Json.Nodes;
using PropolisActors.Cli.Demo;

namespace PropolisActors.Cli.Tests.Demo;

public sealed class ShortJsonTests
{
    [Fact]
    public void A_construction_request_becomes_its_generation_and_targets_and_never_its_key()
    {
        const string vcr = """
            {"type":"volume","sub_volumes":[{"type":"region","gen":2,
             "opts":{"target":["127.0.0.1:1","127.0.0.1:2"],"key":"c2VjcmV0"}}]}
            """;
        var body = new JsonObject { ["vcr_json"] = vcr }.ToJsonString();

        Assert.Equal("""{"vcr_json":"… generation 2, targets 127.0.0.1:1 127.0.0.1:2 …"}""", ShortJson.Of(body, 1000));
    }

    [Theory]
    [InlineData("""{"a":{"request_json":"c2VjcmV0"}}""", """{"a":{"request_json":"…"}}""")]
    [InlineData("""{"metadata":{"x":1},"b":[null,1]}""", """{"metadata":"…","b":[null,1]}""")]
    [InlineData("\"Run\"", "\"Run\"")]
    [InlineData("no json", "no json")]
    [InlineData("", "")]
    public void The_rest_is_shortened_without_being_changed(string json, string shown) =>
        Assert.Equal(shown, ShortJson.Of(json, 1000));

    [Fact]
    public void A_long_text_is_cut() =>
        Assert.Equal("\"xxx…", ShortJson.Of("\"xxxxxxxxxx\"", charactersMax: 4));
}
