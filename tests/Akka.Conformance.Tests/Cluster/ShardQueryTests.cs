using System.Collections.Immutable;
using Akka.Actor;
using Akka.Cluster.Sharding;

namespace Akka.Conformance.Tests.Cluster;

/// <summary>What a region says about itself.</summary>
public sealed class ShardQueryTests : ClusterTestKit
{
    private static readonly string ShardOfA = To.Extractor().ShardId("a");

    private static readonly string OtherInShardOfA =
        Enumerable.Range(0, 1000).Select(i => $"other{i}").First(id => To.Extractor().ShardId(id) == ShardOfA);

    private static readonly string InOtherShard =
        Enumerable.Range(0, 1000).Select(i => $"far{i}").First(id => To.Extractor().ShardId(id) != ShardOfA);

    [Fact]
    public void Region_without_entities_has_no_shards()
    {
        var region = StartThings();
        region.Tell(GetShardRegionState.Instance);
        Expect(new CurrentShardRegionState(ImmutableHashSet<ShardState>.Empty, ImmutableHashSet<string>.Empty));
        region.Tell(GetShardRegionStats.Instance);
        Expect(new ShardRegionStats(ImmutableDictionary<string, int>.Empty, ImmutableHashSet<string>.Empty));
    }

    [Fact]
    public void GetShardRegionState_lists_shards_and_running_entities()
    {
        var region = StartThree();
        region.Tell(GetShardRegionState.Instance);
        Expect(new CurrentShardRegionState(
            [
                new ShardState(ShardOfA, ImmutableHashSet.Create("a", OtherInShardOfA)),
                new ShardState(To.Extractor().ShardId(InOtherShard), ImmutableHashSet.Create(InOtherShard)),
            ],
            ImmutableHashSet<string>.Empty));
    }

    [Fact]
    public void GetShardRegionStats_counts_the_running_entities_of_each_shard()
    {
        var region = StartThree();
        region.Tell(GetShardRegionStats.Instance);
        Expect(Stats());
    }

    [Fact]
    public void GetClusterShardingStats_has_the_numbers_of_the_one_node()
    {
        var region = StartThree();
        region.Tell(new GetClusterShardingStats(Limits.Long));
        var (node, stats) = Assert.Single(Expect<ClusterShardingStats>().Regions);
        Assert.Equal(Sys.Name, node.System);
        Assert.Equal(Stats(), stats);
    }

    [Fact]
    public void GetCurrentRegions_has_the_one_node()
    {
        var region = StartThree();
        region.Tell(GetCurrentRegions.Instance);
        Assert.Equal(Sys.Name, Assert.Single(Expect<CurrentRegions>().Regions).System);
    }

    [Fact]
    public void GetEntityLocation_finds_a_running_entity()
    {
        var region = StartThings();
        region.Tell(new To("a", "who"));
        Expect("a started");
        var (entity, _) = Expect<(IActorRef, IActorRef)>();
        region.Tell(new GetEntityLocation("a", Limits.Long));
        var location = Expect<EntityLocation>();
        Assert.Equal(("a", ShardOfA, Sys.Name), (location.EntityId, location.ShardId, location.ShardRegion.System));
        Assert.True(location.EntityRef.HasValue);
        Assert.Equal(entity, location.EntityRef.Value);
    }

    [Fact]
    public void GetEntityLocation_does_not_start_the_entity()
    {
        var region = StartThings();
        Wake(region, "a");
        region.Tell(new GetEntityLocation(OtherInShardOfA, Limits.Short));
        Assert.False(Expect<EntityLocation>().EntityRef.HasValue);
        region.Tell(new GetEntityLocation(InOtherShard, Limits.Short));
        var nowhere = Expect<EntityLocation>();
        Assert.False(nowhere.EntityRef.HasValue);
        Assert.Equal(Address.AllSystems, nowhere.ShardRegion);
        region.Tell(GetShardRegionStats.Instance);
        Assert.Equal(1, Assert.Single(Expect<ShardRegionStats>().Stats).Value);
    }

    private static ShardRegionStats Stats() => new(
        ImmutableDictionary<string, int>.Empty.Add(ShardOfA, 2).Add(To.Extractor().ShardId(InOtherShard), 1),
        ImmutableHashSet<string>.Empty);

    private IActorRef StartThree()
    {
        var region = StartThings();
        foreach (var id in new[] { "a", OtherInShardOfA, InOtherShard })
            Wake(region, id);
        return region;
    }
}
