using Crucible.Core.Volumes;

namespace Crucible.Core.Tests.Volumes;

public class VcrTreeTests
{
    [Fact]
    public void Regions_below_a_parent_are_somebody_elses_however_deep()
    {
        const string Opts = """
            "opts":{"id":"11111111-1111-4111-8111-111111111111","target":["127.0.0.1:1","127.0.0.1:2","127.0.0.1:3"],
            "lossy":false,"read_only":false}
            """;
        const string Region =
            $$"""{"type":"region","block_size":512,"blocks_per_extent":1,"extent_count":1,"gen":1,{{Opts}}}""";
        static string Volume(string part, string parent) => $$"""
            {"type":"volume","id":"22222222-2222-4222-8222-222222222222","block_size":512,
             "sub_volumes":[{{part}}],"read_only_parent":{{parent}}}
            """;
        var parsed = Assert.IsType<VcrParseResult.Parsed>(
            VcrParser.Parse(Volume(Volume(Region, Region), Volume(Region, "null"))));

        Assert.Equal([false, true, true], VcrTree.RegionSets(parsed.Vcr).Select(placed => placed.IsInParent));
    }
}
