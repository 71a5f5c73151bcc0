using System.Collections.Concurrent;
using Akka.Actor;
using Akka.Cluster.Sharding;
using Akka.Cluster.Tools.Singleton;

namespace Akka.Conformance.Tests.Cluster;

/// <summary>Regions and singletons when their system ends.</summary>
public sealed class ClusterShutdownTests
{
    [Fact]
    public async Task Regions_are_handed_off_in_their_phase_and_singletons_in_the_one_of_leaving()
    {
        var trace = new ConcurrentQueue<string>();
        var system = await StartAsync("");
        await StartEntityAsync(system, trace, stopMessage: "bye");
        Assert.Equal("hello", await StartClock(system, trace).Ask<string>("hello", Limits.Long));
        var shutdown = CoordinatedShutdown.Get(system);
        AddMark(shutdown, CoordinatedShutdown.PhaseBeforeClusterShutdown, trace);
        AddMark(shutdown, CoordinatedShutdown.PhaseClusterLeave, trace);
        AddMark(shutdown, CoordinatedShutdown.PhaseClusterShutdown, trace);

        await system.Terminate().WaitAsync(Limits.Long);

        Assert.Equal(
            [
                CoordinatedShutdown.PhaseBeforeClusterShutdown,
                "entity got bye", "entity stopped",
                CoordinatedShutdown.PhaseClusterLeave,
                "clock got bye", "clock stopped",
                CoordinatedShutdown.PhaseClusterShutdown,
            ],
            trace);
    }

    [Fact]
    public async Task Entities_that_do_not_stop_do_not_keep_the_system()
    {
        var trace = new ConcurrentQueue<string>();
        var system = await StartAsync(
            "akka.coordinated-shutdown.phases.cluster-sharding-shutdown-region.timeout = 2s");
        await StartEntityAsync(system, trace, stopMessage: "ignored");

        await system.Terminate().WaitAsync(Limits.Long);

        Assert.Equal(["entity stopped"], trace);
    }

    private static async Task<ActorSystem> StartAsync(string hocon)
    {
        var system = ActorSystem.Create("ending", ClusterNode.With(hocon));
        await ClusterNode.JoinAsync(system);
        return system;
    }

    private static async Task StartEntityAsync(ActorSystem system, ConcurrentQueue<string> trace, string stopMessage)
    {
        var sharding = ClusterSharding.Get(system);
        var region = sharding.Start(
            "things",
            _ => Props.Create(() => new Ending(trace, "entity")),
            sharding.Settings,
            To.Extractor(),
            sharding.DefaultShardAllocationStrategy(sharding.Settings),
            stopMessage);
        Assert.Equal("hello", await region.Ask<string>(new To("a", "hello"), Limits.Long));
    }

    private static IActorRef StartClock(ActorSystem system, ConcurrentQueue<string> trace)
    {
        system.ActorOf(
            ClusterSingletonManager.Props(
                Props.Create(() => new Ending(trace, "clock")),
                "bye",
                ClusterSingletonManagerSettings.Create(system).WithSingletonName("clock")),
            "clock");
        return system.ActorOf(ClusterSingletonProxy.Props(
            "/user/clock", ClusterSingletonProxySettings.Create(system).WithSingletonName("clock")));
    }

    private static void AddMark(CoordinatedShutdown shutdown, string phase, ConcurrentQueue<string> trace)
        => shutdown.AddTask(phase, "mark", () =>
        {
            trace.Enqueue(phase);
            return Task.FromResult(Done.Instance);
        });

    private sealed class Ending : ReceiveActor
    {
        private readonly ConcurrentQueue<string> _trace;
        private readonly string _name;

        public Ending(ConcurrentQueue<string> trace, string name)
        {
            _trace = trace;
            _name = name;
            Receive<string>(word => word == "hello", word => Sender.Tell(word));
            Receive<string>(word => word == "bye", word =>
            {
                trace.Enqueue($"{name} got {word}");
                Context.Stop(Self);
            });
            Receive<string>(_ => { });
        }

        protected override void PostStop() => _trace.Enqueue($"{_name} stopped");
    }
}
