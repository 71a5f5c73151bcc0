using Akka.Actor;
using Akka.Actor.Setup;
using Akka.Configuration;

namespace Akka.Conformance.Tests.Systems;

/// <summary>Systems: making them, ending them, extensions.</summary>
public sealed class ActorSystemTests : Akka.TestKit.Xunit2.TestKit
{
    [Theory]
    [InlineData("")]
    [InlineData("-a")]
    [InlineData("a_b")]
    [InlineData("a b")]
    [InlineData("ä")]
    public void Create_with_a_malformed_name_throws(string name)
        => Assert.Throws<ArgumentException>(() => ActorSystem.Create(name));

    [Fact]
    public async Task Create_has_four_forms_and_systems_are_apart()
    {
        Config config = ConfigurationFactory.ParseString("x = 1\nakka.loglevel = ERROR");
        var systems = new[]
        {
            ActorSystem.Create("one"),
            ActorSystem.Create("one", config),
            ActorSystem.Create("three", BootstrapSetup.Create().WithConfig(config)),
            ActorSystem.Create("four-4", ActorSystemSetup.Create(BootstrapSetup.Create().WithConfig(config))),
        };
        Assert.Equal(new[] { "one", "one", "three", "four-4" }, systems.Select(system => system.Name));
        foreach (var system in systems.Skip(1))
            Assert.Equal(1, system.Settings.Config.GetInt("x"));

        var first = systems[0].ActorOf(FuncActor.Echo(), "same");
        var second = systems[1].ActorOf(FuncActor.Echo(), "same");
        await systems[0].Terminate().WaitAsync(Limits.Long);
        Assert.Equal("a", await second.Ask<string>("a", Limits.Long));
        await Assert.ThrowsAsync<AskTimeoutException>(() => first.Ask("a", Limits.Short));
        foreach (var system in systems)
            await system.Terminate().WaitAsync(Limits.Long);
    }

    [Fact]
    public void Settings_hold_the_given_configuration_above_the_defaults()
    {
        using var system = ActorSystem.Create("merged", ConfigurationFactory.ParseString("akka.loglevel = ERROR"));
        Assert.Equal("ERROR", system.Settings.Config.GetString("akka.loglevel"));
        Assert.Equal("WARNING", system.Settings.Config.GetString("akka.stdout-loglevel"));
    }

    [Fact]
    public void ActorOf_returns_before_the_constructor_has_run_and_messages_queue_up()
    {
        // Goal: the constructor runs on the actor's own turn. Method: it waits for something done after ActorOf.
        using var gate = new ManualResetEventSlim();
        var actor = Sys.ActorOf(Props.Create(() => new Waiting(gate)));
        actor.Tell("a");
        gate.Set();
        ExpectMsg("a");
    }

    [Fact]
    public void ActorOf_by_type_uses_the_parameterless_constructor()
    {
        Sys.ActorOf<Parameterless>("typed").Tell("a");
        ExpectMsg("got a");
        Assert.Equal("akka://test/user/typed", LastSender.Path.ToString());
    }

    [Fact]
    public async Task Terminate_ends_all_actors_and_repeats_give_the_same_end()
    {
        var system = ActorSystem.Create("ending");
        var stopped = new TaskCompletionSource();
        system.ActorOf(Props.Create(() => new TellsStop(stopped)));
        var first = system.Terminate();
        var second = system.Terminate();
        await Task.WhenAll(first, second, system.WhenTerminated).WaitAsync(Limits.Long);
        Assert.True(stopped.Task.IsCompleted);
    }

    [Fact]
    public async Task Terminate_may_be_called_by_an_actor()
    {
        var system = ActorSystem.Create("suicide");
        system.ActorOf(FuncActor.Of((_, context) => _ = context.System.Terminate())).Tell("end");
        await system.WhenTerminated.WaitAsync(Limits.Long);
    }

    [Fact]
    public async Task ActorOf_after_termination_throws()
    {
        var system = ActorSystem.Create("ended");
        await system.Terminate().WaitAsync(Limits.Long);
        Assert.Throws<InvalidOperationException>(() => system.ActorOf(FuncActor.Echo()));
    }

    [Fact]
    public async Task RegisterOnTermination_runs_the_last_registered_first_after_all_actors()
    {
        var system = ActorSystem.Create("callbacks");
        var order = new List<string>();
        var stopped = new TaskCompletionSource();
        system.ActorOf(Props.Create(() => new TellsStop(stopped)));
        system.RegisterOnTermination(() => order.Add("first"));
        system.RegisterOnTermination(() => order.Add(stopped.Task.IsCompleted ? "second" : "too early"));
        await system.Terminate().WaitAsync(Limits.Long);
        Assert.Equal(new[] { "second", "first" }, order);
    }

    [Fact]
    public void Dispose_waits_for_the_end()
    {
        var system = ActorSystem.Create("disposed");
        system.Dispose();
        Assert.True(system.WhenTerminated.IsCompleted);
    }

    [Fact]
    public void Stop_ends_one_actor()
    {
        var actor = Sys.ActorOf(FuncActor.Echo());
        Watch(actor);
        Sys.Stop(actor);
        ExpectTerminated(actor);
    }

    [Fact]
    public void Extension_is_made_once_even_by_many_threads()
    {
        var provider = new CountingProvider();
        var made = new Counting[8];
        Parallel.For(0, made.Length, i => made[i] = provider.Apply(Sys));
        Assert.All(made, each => Assert.Same(made[0], each));
        Assert.Equal(1, provider.Created);
        Assert.True(Sys.HasExtension<Counting>());
        Assert.Same(made[0], Sys.GetExtension<Counting>());
        Assert.True(Sys.TryGetExtension<Counting>(out var found));
        Assert.Same(made[0], found);
        Assert.Same(made[0], Sys.WithExtension<Counting, CountingProvider>());
    }

    [Fact]
    public async Task Failure_that_escalates_past_the_user_guardian_ends_the_system()
    {
        var config = ConfigurationFactory.ParseString(
            $"akka.actor.guardian-supervisor-strategy = \"{typeof(Escalating).AssemblyQualifiedName}\"\nakka.stdout-loglevel = OFF");
        var system = ActorSystem.Create("escalated", config);
        system.ActorOf(FuncActor.Failing()).Tell(new InvalidOperationException("up"));
        await system.WhenTerminated.WaitAsync(Limits.Long);
    }

    [Fact]
    public async Task Guardian_strategy_from_the_configuration_applies_to_top_level_actors()
    {
        var system = ActorSystem.Create("stopping", ConfigurationFactory.ParseString(
            "akka.actor.guardian-supervisor-strategy = \"Akka.Actor.StoppingSupervisorStrategy\"\nakka.loglevel = OFF"));
        var actor = system.ActorOf(FuncActor.Failing());
        var ended = actor.WatchAsync();
        actor.Tell(new InvalidOperationException("stop me"));
        Assert.True(await ended.WaitAsync(Limits.Long));
        await system.Terminate().WaitAsync(Limits.Long);
    }

    [Fact]
    public async Task Actors_of_the_application_the_system_and_asks_have_their_own_places()
    {
        var user = Sys.ActorOf(FuncActor.Of((_, context) => context.Sender.Tell(context.Sender.Path, context.Self)));
        Assert.Equal("akka://test/user", user.Path.Parent.ToString());
        var inner = ((ExtendedActorSystem)Sys).SystemActorOf(FuncActor.Echo(), "inner");
        Assert.Equal("akka://test/system/inner", inner.Path.ToString());
        Assert.Equal("akka://test/deadLetters", Sys.DeadLetters.Path.ToString());
        var asking = await user.Ask<ActorPath>("which", Limits.Long);
        Assert.Equal("akka://test/temp", asking.Parent.ToString());
    }

    [Fact]
    public void IgnoreRef_swallows_without_a_dead_letter()
    {
        Sys.EventStream.Subscribe(TestActor, typeof(Akka.Event.AllDeadLetters));
        Sys.IgnoreRef.Tell("gone");
        Sys.DeadLetters.Tell("marker");
        Assert.Equal("marker", ExpectMsg<Akka.Event.DeadLetter>().Message);
    }

    private sealed class Waiting : UntypedActor
    {
        public Waiting(ManualResetEventSlim gate) => Assert.True(gate.Wait(Limits.Long));

        protected override void OnReceive(object message) => Sender.Tell(message);
    }

    private sealed class Parameterless : UntypedActor
    {
        protected override void OnReceive(object message) => Sender.Tell("got " + message);
    }

    private sealed class TellsStop : UntypedActor
    {
        private readonly TaskCompletionSource _stopped;

        public TellsStop(TaskCompletionSource stopped) => _stopped = stopped;

        protected override void PostStop() => _stopped.TrySetResult();

        protected override void OnReceive(object message)
        {
        }
    }

    private sealed class Counting : IExtension
    {
    }

    private sealed class CountingProvider : ExtensionIdProvider<Counting>
    {
        private int _created;

        public int Created => _created;

        public override Counting CreateExtension(ExtendedActorSystem system)
        {
            Interlocked.Increment(ref _created);
            return new Counting();
        }
    }

    public sealed class Escalating : SupervisorStrategyConfigurator
    {
        public override SupervisorStrategy Create() => new OneForOneStrategy(_ => Directive.Escalate);
    }
}
