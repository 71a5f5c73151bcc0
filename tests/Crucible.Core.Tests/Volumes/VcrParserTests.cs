using Crucible.Core.Volumes;

namespace Crucible.Core.Tests.Volumes;

public class VcrParserTests
{
    private const string Volume = "V(R(2;a b c) | V(R(3;p q r)))";

    [Theory]
    [InlineData("type", "\"Volume\"", "$.type")]
    [InlineData("type", "1", "$.type")]
    [InlineData("type", null, "$.type")]
    [InlineData("id", null, "$.id")]
    [InlineData("id", "null", "$.id")]
    [InlineData("id", "\"0b9b6c0e-3d1c-4f55-9a70-6a6f7c1f000\"", "$.id")]
    [InlineData("id", "\" 0b9b6c0e-3d1c-4f55-9a70-6a6f7c1f0001\"", "$.id")]
    [InlineData("id", "\"0x9b6c0e-3d1c-4f55-9a70-6a6f7c1f0001\"", "$.id")]
    [InlineData("id", "\"(0b9b6c0e-3d1c-4f55-9a70-6a6f7c1f0001)\"", "$.id")]
    [InlineData("block_size", "-1", "$.block_size")]
    [InlineData("block_size", "512.0", "$.block_size")]
    [InlineData("block_size", "5.12e2", "$.block_size")]
    [InlineData("block_size", "\"512\"", "$.block_size")]
    [InlineData("block_size", "18446744073709551616", "$.block_size")]
    [InlineData("sub_volumes", null, "$.sub_volumes")]
    [InlineData("sub_volumes", "null", "$.sub_volumes")]
    [InlineData("sub_volumes", "{}", "$.sub_volumes")]
    [InlineData("sub_volumes/0", "7", "$.sub_volumes[0]")]
    [InlineData("sub_volumes/0", "null", "$.sub_volumes[0]")]
    [InlineData("sub_volumes/0/blocks_per_extent", null, "$.sub_volumes[0].blocks_per_extent")]
    [InlineData("sub_volumes/0/extent_count", "4294967296", "$.sub_volumes[0].extent_count")]
    [InlineData("sub_volumes/0/gen", null, "$.sub_volumes[0].gen")]
    [InlineData("sub_volumes/0/opts", null, "$.sub_volumes[0].opts")]
    [InlineData("sub_volumes/0/opts", "[]", "$.sub_volumes[0].opts")]
    [InlineData("sub_volumes/0/opts/id", "5", "$.sub_volumes[0].opts.id")]
    [InlineData("sub_volumes/0/opts/target", null, "$.sub_volumes[0].opts.target")]
    [InlineData("sub_volumes/0/opts/target/1", "\"10.0.0.1\"", "$.sub_volumes[0].opts.target[1]")]
    [InlineData("sub_volumes/0/opts/target/1", "\"localhost:80\"", "$.sub_volumes[0].opts.target[1]")]
    [InlineData("sub_volumes/0/opts/target/1", "\"10.0.1:80\"", "$.sub_volumes[0].opts.target[1]")]
    [InlineData("sub_volumes/0/opts/target/1", "\"10.0.0.010:80\"", "$.sub_volumes[0].opts.target[1]")]
    [InlineData("sub_volumes/0/opts/target/1", "\"10.0.0.1:65536\"", "$.sub_volumes[0].opts.target[1]")]
    [InlineData("sub_volumes/0/opts/target/1", "\"10.0.0.1: 80\"", "$.sub_volumes[0].opts.target[1]")]
    [InlineData("sub_volumes/0/opts/target/1", "\"[::1]\"", "$.sub_volumes[0].opts.target[1]")]
    [InlineData("sub_volumes/0/opts/target/1", "\"::1:80\"", "$.sub_volumes[0].opts.target[1]")]
    [InlineData("sub_volumes/0/opts/target/1", "\"[10.0.0.1]:80\"", "$.sub_volumes[0].opts.target[1]")]
    [InlineData("sub_volumes/0/opts/target/1", "\"[fe80::1%eth0]:80\"", "$.sub_volumes[0].opts.target[1]")]
    [InlineData("sub_volumes/0/opts/target/1", "null", "$.sub_volumes[0].opts.target[1]")]
    [InlineData("sub_volumes/0/opts/lossy", null, "$.sub_volumes[0].opts.lossy")]
    [InlineData("sub_volumes/0/opts/lossy", "0", "$.sub_volumes[0].opts.lossy")]
    [InlineData("sub_volumes/0/opts/read_only", "null", "$.sub_volumes[0].opts.read_only")]
    [InlineData("sub_volumes/0/opts/flush_timeout", "\"1\"", "$.sub_volumes[0].opts.flush_timeout")]
    [InlineData("sub_volumes/0/opts/key", "[1]", "$.sub_volumes[0].opts.key")]
    [InlineData("sub_volumes/0/opts/key_pem", "true", "$.sub_volumes[0].opts.key_pem")]
    [InlineData("sub_volumes/0/opts/control", "\"nowhere\"", "$.sub_volumes[0].opts.control")]
    [InlineData("read_only_parent", "\"none\"", "$.read_only_parent")]
    [InlineData("read_only_parent/sub_volumes/0/gen", "-3", "$.read_only_parent.sub_volumes[0].gen")]
    public void Parser_with_one_bad_member_names_its_path(string member, string? value, string path)
    {
        var json = Vcrs.Json(Volume).With(member, value).ToJsonString();

        Assert.Equal(path, Assert.IsType<VcrParseResult.Malformed>(VcrParser.Parse(json)).Error.JsonPath);
    }

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("[]")]
    [InlineData("null")]
    [InlineData("{} {}")]
    [InlineData("{\"type\":\"file\",}")]
    [InlineData("{\"type\":\"file\"}//")]
    [InlineData("{\"\\ud800\":1}")]
    [InlineData("\ud800")]
    public void Parser_with_text_that_is_no_object_says_so_at_the_root(string json) =>
        Assert.Equal("$", Assert.IsType<VcrParseResult.Malformed>(VcrParser.Parse(json)).Error.JsonPath);

    [Fact]
    public void Parser_with_half_of_a_surrogate_pair_in_a_string_names_its_path()
    {
        var json = """{"type":"file","id":"0b9b6c0e-3d1c-4f55-9a70-6a6f7c1f0001","block_size":512,"path":"\ud800"}""";

        Assert.Equal("$.path", Assert.IsType<VcrParseResult.Malformed>(VcrParser.Parse(json)).Error.JsonPath);
    }

    [Theory]
    [InlineData("0B9B6C0E-3D1C-4F55-9A70-6A6F7C1F0001")]
    [InlineData("0b9b6c0e3d1c4f559a706a6f7c1f0001")]
    [InlineData("{0b9b6c0e-3d1c-4f55-9a70-6a6f7c1f0001}")]
    [InlineData("urn:uuid:0b9b6c0e-3d1c-4f55-9a70-6a6f7c1f0001")]
    public void Parser_takes_each_form_of_a_uuid_for_the_same(string uuid) =>
        Assert.Equal(Vcrs.Vcr(Volume), Vcrs.Parse(Vcrs.Json(Volume).With("id", $"\"{uuid}\"")));

    [Theory]
    [InlineData("[fd00:aa::11]:19000", "[fd00:00aa:0:0:0:0:0:11]:19000", true)]
    [InlineData("[FD00:AA::11]:19000", "[fd00:aa::11]:019000", true)]
    [InlineData("[::ffff:1.2.3.4]:5", "[::ffff:102:304]:5", true)]
    [InlineData("[::ffff:1.2.3.4]:5", "1.2.3.4:5", false)]
    [InlineData("[fe80::1%2]:5", "[fe80::1%3]:5", false)]
    [InlineData("1.2.3.4:5", "1.2.3.4:6", false)]
    public void Addresses_are_compared_as_parsed(string left, string right, bool equal)
    {
        var vcrs = new[] { left, right }
            .Select(a => Vcrs.Parse(Vcrs.Json("R(2;a b c)").With("opts/target/0", $"\"{a}\""))).ToArray();

        Assert.Equal(equal, vcrs[0] == vcrs[1]);
    }

    [Fact]
    public void Parser_takes_null_for_missing_and_ignores_unknown_members()
    {
        var json = Vcrs.Json("V(R(2;a b c))");
        string[] optional = ["flush_timeout", "key", "cert_pem", "key_pem", "root_cert_pem", "control"];
        foreach (var member in optional)
            json.With($"sub_volumes/0/opts/{member}", "null");
        json.With("sub_volumes/0/opts/later", "{\"x\":[]}").With("more", "1").With("read_only_parent", null);

        Assert.Equal(Vcrs.Vcr("V(R(2;a b c))"), Vcrs.Parse(json));
    }

    [Fact]
    public void Parser_with_a_member_given_twice_takes_the_last()
    {
        var json = Vcrs.Json("R(2;a b c)").ToJsonString();

        var parsed = VcrParser.Parse(json.Replace("\"gen\":2", "\"gen\":\"x\",\"gen\":2", StringComparison.Ordinal));

        Assert.Equal(new VcrParseResult.Parsed(Vcrs.Vcr("R(2;a b c)")), parsed);
    }

    [Theory]
    [InlineData(65, true)]
    [InlineData(66, false)]
    [InlineData(5000, false)]
    public void Parser_takes_66_levels_and_no_more(int parents, bool taken)
    {
        var file = Vcrs.Json("file").ToJsonString();
        var open = "{\"type\":\"volume\",\"id\":\"" + Vcrs.Id + "\",\"block_size\":512,\"sub_volumes\":[";
        var json = string.Concat(Enumerable.Repeat(open, parents)) + file + string.Concat(Enumerable.Repeat("]}", parents));

        Assert.Equal(taken, VcrParser.Parse(json) is VcrParseResult.Parsed);
    }

    [Fact]
    public void Parser_refuses_text_over_its_length_limit()
    {
        var json = Vcrs.Json("R(2;a b c)").ToJsonString();

        Assert.IsType<VcrParseResult.Parsed>(VcrParser.Parse(json.PadRight(VcrLimits.MaxTextLength)));
        Assert.IsType<VcrParseResult.Malformed>(VcrParser.Parse(json.PadRight(VcrLimits.MaxTextLength + 1)));
    }

    [Fact]
    public void Printing_shows_no_secret_of_a_node_or_its_text()
    {
        var json = Vcrs.Json("V(R(2;a b c))");
        string[] secret = ["key", "cert_pem", "key_pem", "root_cert_pem"];
        foreach (var member in secret)
            json.With($"sub_volumes/0/opts/{member}", "\"hush-hush\"");
        var url = new VolumeConstructionRequest.Url(default, 512, "http://u:hush-hush@h/");
        var malformed = VcrParser.Parse(json.With("sub_volumes/0/opts/target/0", "\"hush-hush\"").ToJsonString());
        var vcr = Vcrs.Parse(json.With("sub_volumes/0/opts/target/0", "\"1.2.3.4:5\""));

        Assert.Contains("<redacted>", vcr.ToString(), StringComparison.Ordinal);
        Assert.All(
            [$"{vcr}", $"{url}", $"{malformed}", $"{new VcrText(json.ToJsonString())}", $"{VcrParser.Parse("{\"a\":hush-hush")}"],
            printed => Assert.DoesNotContain("hush", printed, StringComparison.Ordinal));
    }
}
