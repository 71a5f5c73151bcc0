using System.Diagnostics.CodeAnalysis;
using Akka.Actor;
using Akka.Cluster.Sharding;
using Akka.Event;

namespace Akka.Conformance.Tests.Cluster;

/// <summary>A test kit whose system is the only node of its cluster.</summary>
public abstract class ClusterTestKit : Akka.TestKit.Xunit2.TestKit, IAsyncLifetime
{
    protected ClusterTestKit(string hocon = "")
        : base(ClusterNode.With(hocon))
    {
    }

    protected ClusterSharding Shards => ClusterSharding.Get(Sys);

    public Task InitializeAsync() => ClusterNode.JoinAsync(Sys);

    public Task DisposeAsync() => Task.CompletedTask;

    /// <summary>Starts a region of <see cref="Entity"/> under the name "things".</summary>
    protected IActorRef StartThings(EntityGate? gate = null, object? stopMessage = null)
    {
        var watcher = TestActor;
        var settings = Shards.Settings;
        return Shards.Start(
            "things",
            id => Props.Create(() => new Entity(id, watcher, gate)),
            settings,
            To.Extractor(),
            Shards.DefaultShardAllocationStrategy(settings),
            stopMessage ?? PoisonPill.Instance);
    }

    /// <summary>Waits for a message as long as a slow machine may need.</summary>
    protected T Expect<T>(T message) => ExpectMsg(message, Limits.Long);

    /// <inheritdoc cref="Expect{T}(T)"/>
    protected T Expect<T>() => ExpectMsg<T>(Limits.Long);

    /// <summary>Starts the entity and returns when it runs.</summary>
    protected void Wake(IActorRef region, string id)
    {
        region.Tell(new To(id, "wake"));
        Expect($"{id} started");
        Expect($"{id} got wake");
    }

    /// <summary>The message of a dead letter, however it was wrapped on its way there.</summary>
    [SuppressMessage("Performance", "CA1822", Justification = "Reads as an expectation of the kit.")]
    protected object LostMessage(AllDeadLetters letter)
    {
        object lost = letter;
        while (lost is AllDeadLetters wrapped)
            lost = wrapped.Message;
        return lost;
    }
}
