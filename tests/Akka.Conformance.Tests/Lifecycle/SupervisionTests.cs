using Akka.Actor;

namespace Akka.Conformance.Tests.Lifecycle;

/// <summary>Decisions about failed children, and their limits.</summary>
public sealed class SupervisionTests : Akka.TestKit.Xunit2.TestKit
{
    private static readonly InvalidOperationException Boom = new("boom");

    private IActorRef[] Family(SupervisorStrategy strategy, int children, out IActorRef parent)
    {
        parent = Sys.ActorOf(FuncActor.Spawner(strategy));
        var family = new IActorRef[children];
        for (var i = 0; i < children; i++)
        {
            parent.Tell(Props.Create(() => new Counting()));
            family[i] = ExpectMsg<IActorRef>();
            Watch(family[i]);
        }
        return family;
    }

    private int CountOf(IActorRef child)
    {
        child.Tell("count");
        return ExpectMsg<int>();
    }

    [Fact]
    public void Resume_drops_the_message_and_keeps_the_state()
    {
        var child = Family(new OneForOneStrategy(_ => Directive.Resume), 1, out _)[0];
        Assert.Equal(1, CountOf(child));
        child.Tell(Boom);
        Assert.Equal(2, CountOf(child));
    }

    [Fact]
    public void Restart_loses_the_state()
    {
        var child = Family(new OneForOneStrategy(_ => Directive.Restart), 1, out _)[0];
        Assert.Equal(1, CountOf(child));
        child.Tell(Boom);
        Assert.Equal(1, CountOf(child));
    }

    [Fact]
    public void Stop_stops_the_child()
    {
        var child = Family(new OneForOneStrategy(_ => Directive.Stop), 1, out _)[0];
        child.Tell(Boom);
        ExpectTerminated(child);
    }

    [Fact]
    public void Escalate_fails_the_supervisor_whose_restart_stops_its_children()
    {
        var grandparent = Sys.ActorOf(FuncActor.Spawner(new OneForOneStrategy(cause =>
        {
            TestActor.Tell(cause);
            return Directive.Restart;
        })));
        grandparent.Tell(FuncActor.Spawner(new OneForOneStrategy(_ => Directive.Escalate)));
        var parent = ExpectMsg<IActorRef>();
        parent.Tell(Props.Create(() => new Counting()));
        var child = ExpectMsg<IActorRef>();
        Watch(child);
        child.Tell(Boom);
        ExpectMsg<InvalidOperationException>(cause => cause.Message == "boom");
        ExpectTerminated(child);
        parent.Tell(Props.Create(() => new Counting()));
        ExpectMsgFrom<IActorRef>(parent);
    }

    [Fact]
    public void Supervisor_that_fails_by_escalation_has_no_users_message_to_show()
    {
        var supervisor = Sys.ActorOf(Props.Create(() => new Escalating(TestActor)));
        supervisor.Tell(FuncActor.Failing());
        var child = ExpectMsg<IActorRef>();
        child.Tell(Boom);
        ExpectMsg("boom");
        supervisor.Tell(Boom);
        ExpectMsg("boom by its own message");
    }

    [Fact]
    public void One_for_one_leaves_siblings_alone()
    {
        var family = Family(new OneForOneStrategy(_ => Directive.Restart), 2, out _);
        CountOf(family[1]);
        family[0].Tell(Boom);
        Assert.Equal(1, CountOf(family[0]));
        Assert.Equal(2, CountOf(family[1]));
    }

    [Fact]
    public void All_for_one_restarts_all_siblings()
    {
        var family = Family(new AllForOneStrategy(_ => Directive.Restart), 3, out _);
        foreach (var child in family)
            CountOf(child);
        family[0].Tell(Boom);
        Assert.Equal(1, CountOf(family[0]));
        // The failed one ran again after the decision, which told the siblings before.
        Assert.Equal(1, CountOf(family[1]));
        Assert.Equal(1, CountOf(family[2]));
    }

    [Fact]
    public void All_for_one_stops_all_siblings()
    {
        var family = Family(new AllForOneStrategy(_ => Directive.Stop), 3, out _);
        family[1].Tell(Boom);
        var ended = ReceiveN(3).Cast<Terminated>().Select(notice => notice.ActorRef).ToHashSet();
        Assert.True(ended.SetEquals(family));
    }

    [Fact]
    public void All_for_one_resumes_the_failed_one_only()
    {
        var family = Family(new AllForOneStrategy(_ => Directive.Resume), 2, out _);
        family[0].Tell(Boom);
        Assert.Equal(1, CountOf(family[0]));
        Assert.Equal(1, CountOf(family[1]));
    }

    [Fact]
    public void Default_decider_stops_on_initialization_kill_and_death_pact_and_restarts_otherwise()
    {
        var decide = SupervisorStrategy.DefaultDecider;
        Assert.Equal(Directive.Stop, decide.Decide(new ActorInitializationException("a")));
        Assert.Equal(Directive.Stop, decide.Decide(new ActorKilledException("a")));
        Assert.Equal(Directive.Stop, decide.Decide(new DeathPactException(TestActor)));
        Assert.Equal(Directive.Restart, decide.Decide(Boom));
        Assert.Equal(Directive.Stop, SupervisorStrategy.StoppingStrategy.Decider.Decide(Boom));
        Assert.Equal(Directive.Restart, SupervisorStrategy.DefaultStrategy.Decider.Decide(Boom));
    }

    [Fact]
    public void Decider_tests_its_pairs_in_order()
    {
        var decider = Decider.From(
            Directive.Escalate,
            Directive.Resume.When<ArgumentNullException>(),
            Directive.Stop.When<ArgumentException>());
        Assert.Equal(Directive.Resume, decider.Decide(new ArgumentNullException("a")));
        Assert.Equal(Directive.Stop, decider.Decide(new ArgumentOutOfRangeException("a")));
        Assert.Equal(Directive.Escalate, decider.Decide(Boom));
    }

    [Theory]
    [InlineData(-1, 20)]
    [InlineData(0, 0)]
    [InlineData(1, 1)]
    [InlineData(3, 3)]
    public void Limit_without_a_window_counts_over_the_whole_life(int limit, int survived)
    {
        var child = Family(new OneForOneStrategy(limit, -1, _ => Directive.Restart), 1, out _)[0];
        for (var i = 0; i < survived; i++)
        {
            child.Tell(Boom);
            Assert.Equal(1, CountOf(child));
        }
        if (limit < 0)
            return;
        child.Tell(Boom);
        ExpectTerminated(child);
    }

    [Fact]
    public void Limit_inside_one_window_stops_the_child()
    {
        var strategy = new OneForOneStrategy(2, TimeSpan.FromHours(1), _ => Directive.Restart);
        var child = Family(strategy, 1, out _)[0];
        for (var i = 0; i < 3; i++)
            child.Tell(Boom);
        ExpectTerminated(child);
    }

    [Fact]
    public void Window_that_has_passed_lets_the_child_live()
    {
        // Each failure comes after the window of the one before, however slow the machine is.
        var window = TimeSpan.FromMilliseconds(5);
        var child = Family(new OneForOneStrategy(1, window, _ => Directive.Restart), 1, out _)[0];
        for (var i = 0; i < 3; i++)
        {
            child.Tell(Boom);
            Assert.Equal(1, CountOf(child));
            ExpectNoMsg(TimeSpan.FromMilliseconds(20));
        }
    }

    [Fact]
    public void Limit_exceeded_under_all_for_one_stops_all()
    {
        var family = Family(new AllForOneStrategy(0, -1, _ => Directive.Restart), 2, out _);
        family[0].Tell(Boom);
        Assert.Equal(2, ReceiveN(2).Cast<Terminated>().Count());
    }

    [Fact]
    public void Strategy_comes_from_the_props_unless_the_actor_overrides_it()
    {
        var props = Props.Create(() => new Plain()).WithSupervisorStrategy(new OneForOneStrategy(_ => Directive.Stop));
        var parent = Sys.ActorOf(props);
        parent.Tell(FuncActor.Failing());
        var child = ExpectMsg<IActorRef>();
        Watch(child);
        child.Tell(Boom);
        ExpectTerminated(child);
    }

    [Fact]
    public void Strategy_is_asked_once_per_instance()
    {
        var parent = Sys.ActorOf(Props.Create(() => new CountsStrategies(TestActor)));
        parent.Tell(FuncActor.Failing());
        var child = ExpectMsg<IActorRef>();
        child.Tell(Boom);
        child.Tell(Boom);
        child.Tell("alive");
        ExpectMsg("asked for the strategy");
        ExpectMsg("alive");
    }

    [Fact]
    public void Grandchildren_wait_for_the_decision_too()
    {
        using var gate = new ManualResetEventSlim();
        var top = Sys.ActorOf(FuncActor.Spawner(new OneForOneStrategy(_ =>
        {
            TestActor.Tell("deciding");
            Assert.True(gate.Wait(Limits.Long));
            return Directive.Resume;
        })));
        top.Tell(FuncActor.Of((message, context) =>
        {
            if (message is Exception cause)
                throw cause;
            context.Sender.Tell(context.ActorOf(FuncActor.Echo()), context.Self);
        }));
        var middle = ExpectMsg<IActorRef>();
        middle.Tell("spawn");
        var leaf = ExpectMsg<IActorRef>();
        middle.Tell(Boom);
        ExpectMsg("deciding");
        leaf.Tell("after");
        ExpectNoMsg(Limits.Quiet);
        gate.Set();
        ExpectMsg("after");
    }

    [Fact]
    public void Failures_are_logged_unless_the_strategy_is_silent()
    {
        var loud = Family(new OneForOneStrategy(_ => Directive.Restart), 1, out _)[0];
        EventFilter.Exception<InvalidOperationException>("boom", source: loud.Path.ToString()).ExpectOne(() => loud.Tell(Boom));
        var resuming = Family(new OneForOneStrategy(_ => Directive.Resume), 1, out _)[0];
        EventFilter.Warning("boom").ExpectOne(() => resuming.Tell(Boom));
        var silent = Family(new OneForOneStrategy(_ => Directive.Restart, loggingEnabled: false), 1, out _)[0];
        EventFilter.Exception<InvalidOperationException>().Expect(0, Limits.Quiet, () => silent.Tell(Boom));
    }

    private sealed class Counting : UntypedActor
    {
        private int _count;

        protected override void OnReceive(object message)
        {
            if (message is Exception cause)
                throw cause;
            Sender.Tell(++_count);
        }
    }

    private sealed class Escalating : UntypedActor
    {
        private readonly IActorRef _probe;

        public Escalating(IActorRef probe) => _probe = probe;

        protected override SupervisorStrategy SupervisorStrategy() => new OneForOneStrategy(_ => Directive.Escalate);

        protected override void PreRestart(Exception reason, object message)
        {
            // Akka.NET shows a message of its own where a child failed; here there is none.
            _probe.Tell(message is Exception or Props ? $"{reason.Message} by its own message" : reason.Message);
            base.PreRestart(reason, message);
        }

        protected override void OnReceive(object message)
        {
            if (message is Exception cause)
                throw cause;
            Sender.Tell(Context.ActorOf((Props)message));
        }
    }

    private sealed class Plain : UntypedActor
    {
        protected override void OnReceive(object message) => Sender.Tell(Context.ActorOf((Props)message));
    }

    private sealed class CountsStrategies : UntypedActor
    {
        private readonly IActorRef _probe;

        public CountsStrategies(IActorRef probe) => _probe = probe;

        protected override SupervisorStrategy SupervisorStrategy()
        {
            _probe.Tell("asked for the strategy");
            return new OneForOneStrategy(_ => Directive.Resume);
        }

        protected override void OnReceive(object message) => Sender.Tell(Context.ActorOf((Props)message));
    }
}
