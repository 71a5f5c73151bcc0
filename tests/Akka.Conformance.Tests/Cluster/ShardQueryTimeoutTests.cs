using Akka.Actor;
using Akka.Cluster.Sharding;

namespace Akka.Conformance.Tests.Cluster;

/// <summary>A shard that does not answer a query. The limit is meant to be reached.</summary>
public sealed class ShardQueryTimeoutTests()
    : ClusterTestKit("akka.cluster.sharding.shard-region-query-timeout = 300ms")
{
    [Fact]
    public void Shard_that_is_too_slow_is_listed_as_failed()
    {
        // Goal: a query ends although a shard does not answer. Method: the shard is held while it makes an entity.
        var gate = new EntityGate();
        var region = Shards.Start(
            "slow",
            _ =>
            {
                gate.Pass();
                return FuncActor.Echo();
            },
            Shards.Settings,
            To.Extractor());
        region.Tell(new To("a", "hello"));
        var shard = To.Extractor().ShardId("a");

        AwaitAssert(() => Assert.Equal(shard, Assert.Single(FailedIn(region))), Limits.Long);

        gate.Open();
        Expect("hello");
    }

    private IEnumerable<string> FailedIn(IActorRef region)
    {
        var probe = CreateTestProbe();
        probe.Send(region, GetShardRegionState.Instance);
        var state = probe.ExpectMsg<CurrentShardRegionState>(Limits.Long);
        Assert.Empty(state.Shards);
        probe.Send(region, GetShardRegionStats.Instance);
        Assert.Equal(state.Failed, probe.ExpectMsg<ShardRegionStats>(Limits.Long).Failed);
        return state.Failed;
    }
}
