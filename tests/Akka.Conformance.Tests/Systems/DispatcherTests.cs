using Akka.Actor;
using Akka.Configuration;
using Akka.Dispatch;

namespace Akka.Conformance.Tests.Systems;

/// <summary>Where actors get their turns.</summary>
public sealed class DispatcherTests : Akka.TestKit.Xunit2.TestKit
{
    public DispatcherTests()
        : base(Limits.Patient + """
            akka.actor.default-dispatcher.throughput = 17
            pinned { type = PinnedDispatcher }
            fair { type = Dispatcher, throughput = 1 }
            alias = fair
            pool { type = ForkJoinDispatcher, dedicated-thread-pool { thread-count = 2 } }
            one { type = ForkJoinDispatcher, throughput = 2, dedicated-thread-pool { thread-count = 1 } }
            strange { type = "No.Such.Dispatcher, Nowhere" }
            """)
    {
    }

    [Fact]
    public void Actor_without_a_choice_runs_on_the_default_dispatcher()
    {
        var dispatcher = DispatcherOf(null);
        Assert.Equal("akka.actor.default-dispatcher", Dispatchers.DefaultDispatcherId);
        Assert.Equal(Dispatchers.DefaultDispatcherId, dispatcher.Id);
        Assert.Equal(17, dispatcher.Throughput);
        Assert.Same(Sys.Dispatchers.DefaultGlobalDispatcher, dispatcher);
    }

    [Fact]
    public void Default_throughput_is_30()
    {
        using var system = ActorSystem.Create("defaults");
        Assert.Equal(30, system.Dispatchers.DefaultGlobalDispatcher.Throughput);
        Assert.Equal(1, system.Dispatchers.Lookup(Dispatchers.DefaultBlockingDispatcherId).Throughput);
    }

    [Fact]
    public void Actor_runs_on_the_dispatcher_of_its_props()
    {
        var props = FuncActor.Echo().WithDispatcher("fair");
        Assert.Equal("fair", props.Dispatcher);
        var dispatcher = DispatcherOf("fair");
        Assert.Equal("fair", dispatcher.Id);
        Assert.Equal(1, dispatcher.Throughput);
        Assert.Same(Sys.Dispatchers.Lookup("fair"), dispatcher);
        Assert.Equal("fair", DispatcherOf("alias").Id);
    }

    [Fact]
    public void Dispatcher_takes_what_it_does_not_say_from_the_default_one()
        => Assert.Equal(17, DispatcherOf("pinned").Throughput);

    [Fact]
    public void Unknown_dispatcher_is_refused_by_name()
    {
        Assert.False(Sys.Dispatchers.HasDispatcher("missing"));
        Assert.True(Sys.Dispatchers.HasDispatcher("fair"));
        AssertRefused("missing", () => Sys.Dispatchers.Lookup("missing"));
        AssertRefused("missing", () => Sys.ActorOf(FuncActor.Echo().WithDispatcher("missing"), "free"));
        // Nothing of the refused actor is left.
        Sys.ActorOf(FuncActor.Echo(), "free").Tell("a");
        ExpectMsg("a");
    }

    [Fact]
    public void Unknown_type_of_dispatcher_is_refused_by_its_path()
        => AssertRefused("strange", () => Sys.ActorOf(FuncActor.Echo().WithDispatcher("strange")));

    [Fact]
    public void Pinned_actor_has_one_thread_of_its_own()
    {
        var (first, second) = (ThreadTeller("pinned"), ThreadTeller("pinned"));
        var firsts = Enumerable.Range(0, 50).Select(_ => ThreadOf(first)).Distinct().ToArray();
        var own = Assert.Single(firsts);
        Assert.False(own.IsThreadPoolThread);
        Assert.NotSame(own, ThreadOf(second));
    }

    [Fact]
    public void Pinned_actor_that_blocks_does_not_hold_up_another_one()
    {
        using var gate = new ManualResetEventSlim();
        Blocker("pinned").Tell(gate);
        Assert.Equal("echo", Echo("pinned"));
        gate.Set();
    }

    [Fact]
    public void Pinned_actor_keeps_its_thread_over_a_restart()
    {
        var actor = Sys.ActorOf(FuncActor.Of((message, context) =>
        {
            if (message is Exception cause)
                throw cause;
            context.Sender.Tell(Thread.CurrentThread);
        }).WithDispatcher("pinned"));
        var before = ThreadOf(actor);
        EventFilter.Exception<InvalidOperationException>()
            .ExpectOne(() => actor.Tell(new InvalidOperationException("restart")));
        Assert.Same(before, ThreadOf(actor));
    }

    [Fact]
    public void Thread_of_a_pinned_actor_ends_with_it()
    {
        var actor = ThreadTeller("pinned");
        var thread = ThreadOf(actor);
        Watch(actor);
        Sys.Stop(actor);
        ExpectTerminated(actor);
        Assert.True(thread.Join(Limits.Long));
        // What the stopped actor is told still comes out somewhere.
        Sys.EventStream.Subscribe(TestActor, typeof(Akka.Event.DeadLetter));
        actor.Tell("late");
        Assert.Equal("late", ExpectMsg<Akka.Event.DeadLetter>().Message);
    }

    [Fact]
    public void Pool_of_its_own_has_as_many_threads_as_it_says()
    {
        // Goal: two actors of a pool of two can block, and a third waits, while others go on.
        using var gate = new ManualResetEventSlim();
        var blockers = new[] { Blocker("pool"), Blocker("pool") };
        foreach (var blocker in blockers)
        {
            blocker.Tell(gate);
            ExpectMsg("blocked");
        }
        var third = Sys.ActorOf(FuncActor.Echo().WithDispatcher("pool"));
        third.Tell("third");
        Assert.Equal("echo", Echo(Dispatchers.DefaultDispatcherId));
        ExpectNoMsg(Limits.Quiet);
        gate.Set();
        ExpectMsg("third");
    }

    [Fact]
    public void Actor_handles_as_many_messages_in_a_turn_as_its_dispatcher_allows_and_then_others_get_theirs()
    {
        // Method: the pool's only thread is blocked while two actors get their mail; then their turns alternate.
        // Akka.NET takes one more than it says, and nobody may count on either.
        using var gate = new ManualResetEventSlim();
        Blocker("one").Tell(gate);
        ExpectMsg("blocked");
        var actors = new[] { "a", "b" }
            .Select(name => Sys.ActorOf(FuncActor.Of((_, context) => context.Sender.Tell(name)).WithDispatcher("one")))
            .ToArray();
        foreach (var actor in actors)
        {
            for (var number = 0; number < 12; number++)
                actor.Tell(number);
        }
        gate.Set();
        var order = string.Concat(ReceiveN(24, Limits.Long));
        Assert.Contains(order, new[] { 2, 3 }.Select(turn => Alternating(turn, messages: 12)));
    }

    private static string Alternating(int turn, int messages)
        => string.Concat(Enumerable.Repeat(new string('a', turn) + new string('b', turn), messages / turn));

    private static void AssertRefused(string path, Action attempt)
    {
        var thrown = Assert.Throws<ConfigurationException>(attempt);
        var messages = $"{thrown.Message} {thrown.GetBaseException().Message}";
        Assert.Contains(path, messages, StringComparison.Ordinal);
    }

    private MessageDispatcher DispatcherOf(string? id)
    {
        var props = FuncActor.Of((_, context) => context.Sender.Tell(context.Dispatcher));
        Sys.ActorOf(id is null ? props : props.WithDispatcher(id)).Tell("which");
        return ExpectMsg<MessageDispatcher>();
    }

    private IActorRef ThreadTeller(string dispatcher) => Sys.ActorOf(
        FuncActor.Of((_, context) => context.Sender.Tell(Thread.CurrentThread)).WithDispatcher(dispatcher));

    private Thread ThreadOf(IActorRef actor)
    {
        actor.Tell("which");
        return ExpectMsg<Thread>(Limits.Long);
    }

    /// <summary>An actor that says that it blocks, and blocks until the event it is told is set.</summary>
    private IActorRef Blocker(string dispatcher) => Sys.ActorOf(FuncActor.Of((message, context) =>
    {
        context.Sender.Tell("blocked");
        ((ManualResetEventSlim)message).Wait(Limits.Long);
    }).WithDispatcher(dispatcher));

    private string Echo(string dispatcher)
    {
        var probe = CreateTestProbe();
        Sys.ActorOf(FuncActor.Echo().WithDispatcher(dispatcher)).Tell("echo", probe);
        return probe.ExpectMsg<string>(Limits.Long);
    }
}
