using Akka.Actor;
using Akka.Cluster.Sharding;

namespace Akka.Conformance.Tests.Cluster;

/// <summary>Starting regions and proxies.</summary>
public sealed class ShardRegionTests : ClusterTestKit
{
    [Fact]
    public void Type_that_was_started_keeps_its_region()
    {
        var first = StartThings();
        var second = StartThings();
        Assert.Equal(first, second);
        Assert.Equal(first, Shards.ShardRegion("things"));
        Assert.Equal("things", Assert.Single(Shards.ShardTypeNames));
    }

    [Fact]
    public async Task Every_form_of_Start_gives_a_region_that_works()
    {
        var settings = Shards.Settings;
        var strategy = Shards.DefaultShardAllocationStrategy(settings);
        var props = FuncActor.Echo();
        IActorRef[] regions =
        [
            Shards.Start("t1", props, settings, To.Extractor()),
            Shards.Start("t2", _ => props, settings, To.Extractor()),
            Shards.Start("t3", props, settings, To.Extractor(), strategy, PoisonPill.Instance),
            await Shards.StartAsync("t4", props, settings, To.Extractor()),
            await Shards.StartAsync("t5", _ => props, settings, To.Extractor()),
            await Shards.StartAsync("t6", props, settings, To.Extractor(), strategy, PoisonPill.Instance),
            await Shards.StartAsync("t7", _ => props, settings, To.Extractor(), strategy, PoisonPill.Instance),
        ];
        foreach (var region in regions)
            Assert.Equal("hello", await region.Ask<string>(new To("a", "hello"), Limits.Long));
        Assert.Equal(7, Shards.ShardTypeNames.Count);
    }

    [Fact]
    public void Type_name_is_escaped_in_the_path()
    {
        var region = Shards.Start("my things", FuncActor.Echo(), Shards.Settings, To.Extractor());
        Assert.Equal("/system/sharding/my%20things", region.Path.ToStringWithoutAddress());
        Assert.Equal(region, Shards.ShardRegion("my things"));
    }

    [Fact]
    public void Type_that_was_not_started_throws()
    {
        Assert.Throws<ArgumentException>(() => Shards.ShardRegion("nothing"));
        Assert.Throws<ArgumentException>(() => Shards.ShardRegionProxy("nothing"));
    }

    [Fact]
    public void Entities_of_two_types_with_one_id_are_two_entities()
    {
        Shards.Start("echo", FuncActor.Echo(), Shards.Settings, To.Extractor()).Tell(new To("a", "who"));
        Expect("who");
        StartThings().Tell(new To("a", "hello"));
        Expect("a started");
        Expect("a got hello");
    }

    [Fact]
    public async Task Proxy_reaches_the_entities_with_the_sender_kept()
    {
        var proxy = await Shards.StartProxyAsync("things", "", To.Extractor());
        Assert.Equal(proxy, Shards.ShardRegionProxy("things"));
        Assert.Equal(proxy, Shards.ShardRegion("things"));
        var probe = CreateTestProbe();
        probe.Send(proxy, new To("a", "early"));
        var region = StartThings();
        probe.ExpectMsg("a got early", Limits.Long);
        probe.Send(proxy, new To("a", "late"));
        probe.ExpectMsg("a got late", Limits.Long);
        Assert.Equal(region, Shards.ShardRegion("things"));
    }

    [Fact]
    public void Settings_come_from_the_configuration_and_can_be_changed()
    {
        // The packages know the defaults once sharding is there.
        Assert.Empty(Shards.ShardTypeNames);
        var settings = ClusterShardingSettings.Create(Sys);
        Assert.Equal(TimeSpan.FromSeconds(120), settings.PassivateIdleEntityAfter);
        Assert.Equal(100000, settings.TuningParameters.BufferSize);
        Assert.Equal(TimeSpan.FromSeconds(60), settings.TuningParameters.HandOffTimeout);
        Assert.Equal(TimeSpan.FromSeconds(3), settings.ShardRegionQueryTimeout);
        var changed = settings
            .WithRole("disks")
            .WithStateStoreMode(StateStoreMode.DData)
            .WithPassivateIdleAfter(TimeSpan.FromSeconds(7))
            .WithTuningParameters(
                settings.TuningParameters.WithBufferSize(20).WithHandOffTimeout(TimeSpan.FromSeconds(9)));
        Assert.Equal("disks", changed.Role);
        Assert.Equal(StateStoreMode.DData, changed.StateStoreMode);
        Assert.Equal(TimeSpan.FromSeconds(7), changed.PassivateIdleEntityAfter);
        Assert.Equal(20, changed.TuningParameters.BufferSize);
        Assert.Equal(TimeSpan.FromSeconds(9), changed.TuningParameters.HandOffTimeout);
        Assert.Equal(100000, settings.TuningParameters.BufferSize);
    }
}
