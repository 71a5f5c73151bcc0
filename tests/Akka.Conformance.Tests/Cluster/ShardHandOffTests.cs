using Akka.Actor;
using Akka.Cluster.Sharding;

namespace Akka.Conformance.Tests.Cluster;

/// <summary>Regions that end.</summary>
public sealed class ShardHandOffTests() : ClusterTestKit("akka.cluster.sharding.handoff-timeout = 1s")
{
    [Fact]
    public void GracefulShutdown_sends_every_entity_the_stop_message_and_then_stops_the_region()
    {
        var gate = new EntityGate();
        gate.Open();
        var region = StartThings(gate, stopMessage: "stop");
        foreach (var id in new[] { "a", "b", "c" })
            Wake(region, id);
        Watch(region);
        region.Tell(GracefulShutdown.Instance);
        var said = ReceiveN(6, Limits.Long).Cast<string>();
        Assert.Equal(["a got stop", "a stopped", "b got stop", "b stopped", "c got stop", "c stopped"], said.Order());
        ExpectTerminated(region, Limits.Long);
    }

    [Fact]
    public void GracefulShutdown_of_a_region_without_entities_stops_it()
    {
        var region = StartThings();
        Wake(region, "a");
        region.Tell(new To("a", "passivate"));
        Expect("a passivates");
        Expect("a got stop");
        Expect("a stopped");
        Watch(region);
        region.Tell(GracefulShutdown.Instance);
        ExpectTerminated(region, Limits.Long);
    }

    [Fact]
    public void Entity_that_does_not_stop_is_stopped_when_the_hand_off_took_too_long()
    {
        var region = StartThings(stopMessage: "noted");
        Wake(region, "a");
        Watch(region);
        region.Tell(GracefulShutdown.Instance);
        Expect("a got noted");
        Expect("a stopped");
        ExpectTerminated(region, Limits.Long);
    }
}
