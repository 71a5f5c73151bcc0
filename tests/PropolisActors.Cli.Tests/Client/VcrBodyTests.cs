using System.Net;
using Crucible.Core.Volumes;
using Crucible.Wire;
using PropolisActors.Cli.Client;

namespace PropolisActors.Cli.Tests.Client;

public sealed class VcrBodyTests
{
    private static readonly IPEndPoint[] Targets =
        [new(IPAddress.Loopback, 9000), new(IPAddress.IPv6Loopback, 9001), new(IPAddress.Loopback, 9002)];

    private static readonly VcrBody Body = new(
        Guid.Parse("0b9b6c0e-3d1c-4f55-9a70-6a6f7c1f0001"), new RegionGeometry(4096, 256, 8), Targets, Gen: 3);

    [Fact]
    public void A_body_is_read_back_by_the_service_as_it_was_meant()
    {
        var volume = Assert.IsType<VolumeConstructionRequest.Volume>(Parse(Body));
        var region = Assert.IsType<VolumeConstructionRequest.Region>(Assert.Single(volume.SubVolumes));

        Assert.Equal(Body.Volume.ToString(), volume.Id.ToString());
        Assert.Equal(4096ul, region.BlockSizeBytes);
        Assert.Equal(256ul, region.BlocksPerExtent);
        Assert.Equal(8u, region.ExtentCount);
        Assert.Equal(new Generation(3), region.Generation);
        Assert.Equal(Targets, region.Opts.Target);
        Assert.False(region.Opts.ReadOnly);
    }

    [Fact]
    public void With_changes_one_slot_and_the_generation_and_nothing_else()
    {
        var replacement = new IPEndPoint(IPAddress.Loopback, 9999);

        var changed = Body.With(slot: 1, replacement, gen: 4);

        Assert.Equal([Targets[0], replacement, Targets[2]], changed.Targets);
        Assert.Equal(Body with { Targets = changed.Targets, Gen = 4 }, changed);
        Assert.Equal(Targets, Body.Targets);
    }

    [Fact]
    public void ToString_does_not_show_the_request() =>
        Assert.DoesNotContain("9000", Body.ToString(), StringComparison.Ordinal);

    private static VolumeConstructionRequest Parse(VcrBody body) =>
        Assert.IsType<VcrParseResult.Parsed>(VcrParser.Parse(body.ToJson())).Vcr;
}
