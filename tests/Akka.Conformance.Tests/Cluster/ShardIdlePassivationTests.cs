using Akka.Actor;

namespace Akka.Conformance.Tests.Cluster;

/// <summary>Entities that nobody sends anything to. The limit is meant to be reached, however late.</summary>
public sealed class ShardIdlePassivationTests()
    : ClusterTestKit("akka.cluster.sharding.passivate-idle-entity-after = 200ms")
{
    [Fact]
    public void Idle_entity_gets_the_hand_off_stop_message_and_the_next_message_starts_it_again()
    {
        var gate = new EntityGate();
        gate.Open();
        var region = StartThings(gate, stopMessage: "stop");
        region.Tell(new To("a", "hello"));
        Expect("a started");
        Expect("a got hello");
        Expect("a got stop");
        Expect("a stopped");
        region.Tell(new To("a", "again"));
        Expect("a started");
        Expect("a got again");
    }

    [Fact]
    public void Idle_entity_is_stopped_by_a_poison_pill_unless_told_otherwise()
    {
        var region = StartThings();
        region.Tell(new To("a", "hello"));
        Expect("a started");
        Expect("a got hello");
        Expect("a stopped");
    }

    [Fact]
    public void Messages_told_straight_to_the_entity_do_not_keep_it()
    {
        StartThings().Tell(new To("a", "who"));
        Expect("a started");
        var (entity, _) = Expect<(IActorRef, IActorRef)>();
        var probe = CreateTestProbe();
        using var _ = new CancelsAtEnd(Sys.Scheduler.ScheduleTellRepeatedlyCancelable(
            TimeSpan.Zero, TimeSpan.FromMilliseconds(20), entity, "straight", probe.Ref));
        Expect("a stopped");
    }

    private sealed class CancelsAtEnd(ICancelable cancelable) : IDisposable
    {
        public void Dispose() => cancelable.Cancel();
    }
}
