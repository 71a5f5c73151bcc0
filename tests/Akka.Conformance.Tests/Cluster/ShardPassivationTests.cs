using Akka.Actor;
using Akka.Cluster.Sharding;
using Akka.Event;

namespace Akka.Conformance.Tests.Cluster;

/// <summary>Entities that stop to be started again.</summary>
public sealed class ShardPassivationTests() : ClusterTestKit("akka.cluster.sharding.buffer-size = 10")
{
    [Fact]
    public void Passivation_sends_the_stop_message_back_and_loses_nothing_that_comes_meanwhile()
    {
        var gate = new EntityGate();
        var region = StartThings(gate);
        Wake(region, "a");
        region.Tell(new To("a", "passivate"));
        Expect("a passivates");
        // The entity has asked its shard before it answered, so the shard knows when these come.
        var probe = CreateTestProbe();
        region.Tell(new To("a", "one"));
        region.Tell(new To("a", "two"));
        probe.Send(region, new To("a", "three"));
        gate.Open();
        Expect("a got stop");
        Expect("a stopped");
        Expect("a started");
        Expect("a got one");
        Expect("a got two");
        probe.ExpectMsg("a got three", Limits.Long);
    }

    [Fact]
    public void Passivated_entity_is_started_by_the_next_message()
    {
        var gate = new EntityGate();
        gate.Open();
        var region = StartThings(gate);
        Wake(region, "a");
        region.Tell(new To("a", "passivate"));
        Expect("a passivates");
        Expect("a got stop");
        Expect("a stopped");
        Wake(region, "a");
    }

    [Fact]
    public void Passivation_in_progress_is_not_begun_again()
    {
        var region = StartThings();
        region.Tell(new To("a", "who"));
        Expect("a started");
        var (entity, _) = Expect<(IActorRef, IActorRef)>();
        region.Tell(new To("a", "passivate twice"));
        var words = new List<string> { Expect<string>(), Expect<string>() };
        Assert.Equal(["a got noted", "a passivates"], words.Order());
        // The shard has seen both requests when it answers; a second stop message would be ahead of the last word.
        region.Tell(GetShardRegionState.Instance);
        Expect<CurrentShardRegionState>();
        entity.Tell("last");
        Expect("a got last");
    }

    [Fact]
    public void What_a_passivating_entity_may_not_keep_becomes_dead_letters()
    {
        var gate = new EntityGate();
        var region = StartThings(gate);
        Wake(region, "a");
        region.Tell(new To("a", "passivate"));
        Expect("a passivates");
        Sys.EventStream.Subscribe(TestActor, typeof(AllDeadLetters));
        for (var i = 0; i < 12; i++)
            region.Tell(new To("a", $"{i}"));
        Assert.Equal(new To("a", "10"), LostMessage(Expect<AllDeadLetters>()));
        Assert.Equal(new To("a", "11"), LostMessage(Expect<AllDeadLetters>()));
        gate.Open();
        Expect("a got stop");
        Expect("a stopped");
        Expect("a started");
        for (var i = 0; i < 10; i++)
            Expect($"a got {i}");
    }
}
