using Akka.Actor;
using Akka.Cluster.Sharding;
using Akka.TestKit;

namespace Akka.Conformance.Tests.Cluster;

/// <summary>Idle passivation to the moment, in virtual time. The packages read the wall clock here.</summary>
public sealed class ShardIdleEmbeddedTests() : ClusterTestKit(
    """
    akka.scheduler.implementation = "Akka.TestKit.TestScheduler, Akka.TestKit"
    akka.cluster.sharding.passivate-idle-entity-after = 10s
    """)
{
    private TestScheduler Clock => (TestScheduler)Sys.Scheduler;

    [Fact]
    public void Entity_is_kept_for_the_whole_time_and_then_stopped_at_the_next_look()
    {
        var region = StartThings();
        Wake(region, "a");
        Pass(seconds: 10);
        Assert.Equal("a", Assert.Single(Running(region)));
        Pass(seconds: 5);
        Expect("a stopped");
    }

    [Fact]
    public void Every_message_through_the_region_begins_the_time_again()
    {
        var region = StartThings();
        Wake(region, "a");
        for (var i = 0; i < 5; i++)
        {
            Pass(seconds: 9);
            region.Tell(new To("a", "hello"));
            Expect("a got hello");
        }
        Assert.Equal("a", Assert.Single(Running(region)));
        Pass(seconds: 15);
        Expect("a stopped");
    }

    [Fact]
    public void Passivation_that_is_off_keeps_an_idle_entity()
    {
        var region = Shards.Start(
            "kept", FuncActor.Echo(), Shards.Settings.WithPassivateIdleAfter(TimeSpan.Zero), To.Extractor());
        region.Tell(new To("a", "hello"));
        Expect("hello");
        Pass(seconds: 1000);
        Assert.Equal("a", Assert.Single(Running(region)));
    }

    // A look is a timer of its own, and one advance fires it at most once.
    private void Pass(int seconds)
    {
        for (var i = 0; i < seconds; i++)
            Clock.Advance(TimeSpan.FromSeconds(1));
    }

    /// <summary>The region's answer comes after the looks that fired before it was asked.</summary>
    private string[] Running(IActorRef region)
    {
        region.Tell(GetShardRegionState.Instance);
        return [.. Expect<CurrentShardRegionState>().Shards.SelectMany(shard => shard.EntityIds)];
    }
}
