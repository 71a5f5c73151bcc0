using Akka.Actor;
using Akka.Cluster.Sharding;
using Akka.Event;

namespace Akka.Conformance.Tests.Cluster;

/// <summary>How messages reach entities, and how entities live and end.</summary>
public sealed class ShardEntityTests : ClusterTestKit
{
    [Fact]
    public void Entity_is_started_by_its_first_message_only_and_knows_its_id()
    {
        var region = StartThings();
        region.Tell(new To("a", "one"));
        region.Tell(new To("a", "two"));
        region.Tell(new To("b", "three"));
        // Two entities start at the same time: only what one of them says is in order.
        var said = ReceiveN(5, Limits.Long).Cast<string>().ToArray();
        Assert.Equal(["a started", "a got one", "a got two"], said.Where(word => word.StartsWith('a')));
        Assert.Equal(["b started", "b got three"], said.Where(word => word.StartsWith('b')));
    }

    [Fact]
    public void Entity_answers_the_sender_through_region_and_shard()
    {
        var probe = CreateTestProbe();
        probe.Send(StartThings(), new To("a", "hello"));
        probe.ExpectMsg("a got hello", Limits.Long);
    }

    [Fact]
    public void Entity_has_the_path_of_its_type_shard_and_id_and_the_shard_as_parent()
    {
        StartThings().Tell(new To("a b", "who"));
        Expect("a b started");
        var (self, parent) = Expect<(IActorRef, IActorRef)>();
        var shard = To.Extractor().ShardId("a b");
        Assert.Equal($"/system/sharding/things/{shard}/a%20b", self.Path.ToStringWithoutAddress());
        Assert.Equal($"/system/sharding/things/{shard}", parent.Path.ToStringWithoutAddress());
    }

    [Fact]
    public void Messages_of_one_sender_to_one_entity_arrive_in_order_from_the_very_first()
    {
        var region = StartThings();
        for (var i = 0; i < 500; i++)
            region.Tell(new To("a", $"{i}"));
        Expect("a started");
        for (var i = 0; i < 500; i++)
            Expect($"a got {i}");
    }

    [Fact]
    public void Many_ids_are_as_many_entities_each_in_the_shard_of_its_id()
    {
        var region = StartThings();
        var ids = Enumerable.Range(0, 50).Select(i => $"e{i}").ToArray();
        foreach (var id in ids)
            region.Tell(new To(id, "who"));
        var answers = ReceiveN(100, Limits.Long).OfType<(IActorRef Self, IActorRef Parent)>().ToArray();
        Assert.Equal(ids.Order(), answers.Select(answer => answer.Self.Path.Name).Order());
        Assert.All(
            answers,
            answer => Assert.Equal(To.Extractor().ShardId(answer.Self.Path.Name), answer.Parent.Path.Name));
    }

    [Fact]
    public void ShardingEnvelope_is_opened_whatever_the_extractor()
    {
        StartThings().Tell(new ShardingEnvelope("a", "hello"));
        Expect("a started");
        Expect("a got hello");
    }

    [Fact]
    public void Message_without_an_entity_is_unhandled_and_a_warning()
    {
        var region = StartThings();
        Sys.EventStream.Subscribe(TestActor, typeof(UnhandledMessage));
        EventFilter.Warning(contains: "extractor").ExpectOne(Limits.Long, () => region.Tell("to nobody"));
        var unhandled = Expect<UnhandledMessage>();
        Assert.Equal("to nobody", unhandled.Message);
        Assert.Equal(region, unhandled.Recipient);
    }

    [Fact]
    public void Message_to_an_empty_id_is_a_dead_letter()
    {
        var region = StartThings();
        Wake(region, "a");
        Sys.EventStream.Subscribe(TestActor, typeof(AllDeadLetters));
        region.Tell(new To("", "to nobody"));
        Assert.Equal(new To("", "to nobody"), LostMessage(Expect<AllDeadLetters>()));
    }

    [Fact]
    public void Failing_entity_is_restarted_with_its_state_lost()
    {
        var region = StartThings();
        region.Tell(new To("a", "who"));
        Expect("a started");
        var (first, _) = Expect<(IActorRef, IActorRef)>();
        region.Tell(new To("a", "count"));
        Expect(1);
        region.Tell(new To("a", "fail"));
        Expect("a stopped");
        Expect("a started");
        region.Tell(new To("a", "count"));
        Expect(1);
        region.Tell(new To("a", "who"));
        var (second, _) = Expect<(IActorRef, IActorRef)>();
        Assert.Equal(first, second);
    }

    [Fact]
    public void Entity_that_stops_itself_loses_what_is_queued_and_the_next_message_starts_another()
    {
        var gate = new EntityGate();
        var region = StartThings(gate);
        region.Tell(new To("a", "who"));
        Expect("a started");
        var (first, _) = Expect<(IActorRef, IActorRef)>();
        Sys.EventStream.Subscribe(TestActor, typeof(DeadLetter));
        region.Tell(new To("a", "quit"));
        region.Tell(new To("a", "queued"));
        // The shard answers after it has passed "queued" on, so that it waits behind the handler that stops the entity.
        region.Tell(GetShardRegionState.Instance);
        Expect<CurrentShardRegionState>();
        gate.Open();
        Expect("a stopped");
        Assert.Equal("queued", LostMessage(Expect<DeadLetter>()));

        AwaitAssert(() => Assert.Empty(RunningIn(region)), Limits.Long);
        region.Tell(new To("a", "who"));
        Expect("a started");
        var (second, _) = Expect<(IActorRef, IActorRef)>();
        Assert.NotEqual(first, second);
    }

    [Fact]
    public void StartEntity_starts_an_entity_without_a_message_and_is_acknowledged()
    {
        var region = StartThings();
        var probe = CreateTestProbe();
        probe.Send(region, new ShardRegion.StartEntity("a"));
        Expect("a started");
        probe.ExpectMsg<object>(Limits.Long);
        region.Tell(new To("a", "hello"));
        Expect("a got hello");
    }

    private string[] RunningIn(IActorRef region)
    {
        var probe = CreateTestProbe();
        probe.Send(region, GetShardRegionState.Instance);
        return [.. probe.ExpectMsg<CurrentShardRegionState>(Limits.Long).Shards.SelectMany(shard => shard.EntityIds)];
    }
}
