using Akka.Actor;
using Akka.Event;
using Akka.Pattern;
using Akka.TestKit;

namespace Akka.Conformance.Tests.Lifecycle;

/// <summary>The supervisor that waits before it makes its child again, in virtual time.</summary>
public sealed class BackoffTests : Akka.TestKit.Xunit2.TestKit
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Tick = TimeSpan.FromTicks(1);
    private static readonly TimeSpan Never = TimeSpan.FromDays(1);
    private static readonly InvalidOperationException Boom = new("boom");

    public BackoffTests()
        : base(Limits.Patient + "akka.scheduler.implementation = \"Akka.TestKit.TestScheduler, Akka.TestKit\"")
    {
    }

    private TestScheduler Scheduler => (TestScheduler)Sys.Scheduler;

    [Fact]
    public void Child_runs_below_the_supervisor_under_its_name()
    {
        var supervisor = Start(OnStop());
        Assert.Equal(supervisor.Path / "child", ChildOf(supervisor)!.Path);
    }

    [Fact]
    public void Messages_go_to_the_child_with_their_sender()
    {
        var supervisor = Start(OnStop());
        supervisor.Tell("a");
        ExpectMsgFrom(ChildOf(supervisor)!, "a");
    }

    [Fact]
    public void Messages_of_the_child_to_the_supervisor_go_to_the_supervisors_parent()
    {
        var supervisor = ChildActorOf(BackoffSupervisor.Props(OnStop()));
        ExpectMsg("started");
        supervisor.Tell(new Child.ToParent("up"));
        ExpectMsgFrom(supervisor, "up");
    }

    [Fact]
    public void Child_that_fails_is_stopped_and_made_again_after_the_delay()
    {
        var supervisor = Start(OnFailure());
        var first = ChildOf(supervisor)!;
        Watch(first);
        supervisor.Tell(Boom);
        ExpectTerminated(first);
        AssertStartsAfter(supervisor, Second, restart: 1);
        var second = ChildOf(supervisor)!;
        Assert.Equal(first.Path, second.Path);
        Assert.NotEqual(first, second);
    }

    [Fact]
    public void Delay_doubles_until_its_maximum()
    {
        var supervisor = Start(OnFailure().WithAutoReset(Never));
        var restart = 0;
        foreach (var seconds in new[] { 1, 2, 4, 5, 5 })
        {
            supervisor.Tell(Boom);
            AssertStartsAfter(supervisor, Second * seconds, ++restart);
        }
    }

    [Fact]
    public void Jitter_adds_at_most_its_part_of_the_delay_also_beyond_the_maximum()
    {
        var supervisor = Start(
            Backoff.OnFailure(Child.Props(TestActor), "child", Second, Second, 1.0, -1).WithAutoReset(Never));
        for (var restart = 1; restart <= 20; restart++)
        {
            supervisor.Tell(Boom);
            AwaitRestarts(supervisor, restart);
            Scheduler.Advance(Second - Tick);
            Assert.Null(ChildOf(supervisor));
            Scheduler.Advance(Second + Tick);
            ExpectMsg("started");
        }
    }

    [Fact]
    public void OnFailure_ends_with_a_child_that_stops_by_itself()
    {
        var supervisor = Watch(Start(OnFailure()));
        supervisor.Tell("stop");
        ExpectTerminated(supervisor);
    }

    [Fact]
    public void OnFailure_ends_with_a_child_whose_failure_is_decided_as_stop()
    {
        var supervisor = Watch(Start(OnFailure().WithSupervisorStrategy(new OneForOneStrategy(_ => Directive.Stop))));
        supervisor.Tell(Boom);
        ExpectTerminated(supervisor);
    }

    [Fact]
    public void OnFailure_leaves_other_decisions_to_the_strategy()
    {
        var supervisor = Start(OnFailure().WithSupervisorStrategy(new OneForOneStrategy(_ => Directive.Resume)));
        var child = ChildOf(supervisor);
        supervisor.Tell(Boom);
        supervisor.Tell("a");
        ExpectMsg("a");
        Assert.Equal(child, ChildOf(supervisor));
    }

    [Theory]
    [InlineData("stop")]
    [InlineData("poison")]
    [InlineData("fail")]
    public void OnStop_makes_the_child_again_whatever_stopped_it(string cause)
    {
        var supervisor = Start(OnStop().WithDefaultStoppingStrategy());
        switch (cause)
        {
            case "stop":
                supervisor.Tell("stop");
                break;
            case "poison":
                ChildOf(supervisor)!.Tell(PoisonPill.Instance);
                break;
            default:
                supervisor.Tell(Boom);
                break;
        }
        AssertStartsAfter(supervisor, Second, restart: 1);
    }

    [Fact]
    public void OnStop_leaves_a_restart_to_the_strategy_which_does_not_wait()
    {
        var supervisor = Start(OnStop());
        var child = ChildOf(supervisor);
        supervisor.Tell(Boom);
        ExpectMsg("started");
        Assert.Equal(child, ChildOf(supervisor));
    }

    [Fact]
    public void Props_without_options_behave_like_OnStop()
    {
        var unlimited = Sys.ActorOf(BackoffSupervisor.Props(Child.Props(TestActor), "child", Second, Second * 5, 0));
        ExpectMsg("started");
        unlimited.Tell("stop");
        AssertStartsAfter(unlimited, Second, restart: 1);

        var limited = Sys.ActorOf(BackoffSupervisor.Props(Child.Props(TestActor), "child", Second, Second * 5, 0, 0));
        ExpectMsg("started");
        Watch(limited);
        limited.Tell("stop");
        ExpectTerminated(limited);
    }

    [Fact]
    public void Count_returns_to_zero_when_the_child_has_lived_for_the_smallest_delay()
    {
        var supervisor = Start(OnFailure());
        supervisor.Tell(Boom);
        AssertStartsAfter(supervisor, Second, restart: 1);
        Scheduler.Advance(Second - Tick);
        Assert.Equal(1, RestartsOf(supervisor));
        Scheduler.Advance(Tick);
        Assert.Equal(0, RestartsOf(supervisor));
        supervisor.Tell(Boom);
        AssertStartsAfter(supervisor, Second, restart: 1);
    }

    [Fact]
    public void Count_stays_when_the_child_fails_before_it_has_lived_long_enough()
    {
        var supervisor = Start(OnFailure().WithAutoReset(Second * 3));
        supervisor.Tell(Boom);
        AssertStartsAfter(supervisor, Second, restart: 1);
        supervisor.Tell(Boom);
        AwaitRestarts(supervisor, 2);
        // The time of the first child's reset comes while the second is on its way.
        Scheduler.Advance(Second * 2);
        ExpectMsg("started");
        Scheduler.Advance(Second);
        Assert.Equal(2, RestartsOf(supervisor));
    }

    [Fact]
    public void Manual_reset_is_the_only_one_where_it_is_chosen()
    {
        var supervisor = Start(OnFailure().WithManualReset());
        supervisor.Tell(Boom);
        AssertStartsAfter(supervisor, Second, restart: 1);
        Scheduler.Advance(Never);
        Assert.Equal(1, RestartsOf(supervisor));
        supervisor.Tell(BackoffSupervisor.Reset.Instance);
        Assert.Equal(0, RestartsOf(supervisor));
    }

    [Fact]
    public void Reset_is_unhandled_where_it_happens_by_itself()
    {
        var supervisor = Start(OnFailure());
        Sys.EventStream.Subscribe(TestActor, typeof(UnhandledMessage));
        supervisor.Tell(BackoffSupervisor.Reset.Instance);
        Assert.IsType<BackoffSupervisor.Reset>(ExpectMsg<UnhandledMessage>().Message);
    }

    [Fact]
    public void Message_without_a_child_is_a_dead_letter_and_is_not_kept()
    {
        var supervisor = Start(OnFailure());
        supervisor.Tell(Boom);
        AwaitRestarts(supervisor, 1);
        Sys.EventStream.Subscribe(TestActor, typeof(DeadLetter));
        supervisor.Tell("lost");
        var letter = ExpectMsg<DeadLetter>();
        Assert.Equal(("lost", TestActor), (letter.Message, letter.Sender));
        Scheduler.Advance(Second);
        ExpectMsg("started");
        supervisor.Tell("kept");
        ExpectMsg("kept");
    }

    [Fact]
    public void Message_without_a_child_is_answered_where_an_answer_is_given()
    {
        var supervisor = Start(OnFailure().WithReplyWhileStopped("away"));
        supervisor.Tell(Boom);
        AwaitRestarts(supervisor, 1);
        supervisor.Tell("anybody?");
        ExpectMsgFrom(supervisor, "away");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Supervisor_stops_when_the_retries_are_used_up(bool onFailure)
    {
        var options = onFailure ? OnFailure(retriesMax: 1) : OnStop(retriesMax: 1);
        object end = onFailure ? Boom : "stop";
        var supervisor = Watch(Start(options.WithAutoReset(Never)));
        supervisor.Tell(end);
        AssertStartsAfter(supervisor, Second, restart: 1);
        supervisor.Tell(end);
        ExpectTerminated(supervisor);
    }

    [Fact]
    public void Final_stop_message_makes_the_end_of_the_child_the_end_of_the_supervisor()
    {
        var running = Watch(Start(OnStop().WithFinalStopMessage(message => message is "stop")));
        running.Tell("stop");
        ExpectTerminated(running);

        var waiting = Watch(Start(OnStop().WithFinalStopMessage(message => message is "end")));
        waiting.Tell("stop");
        AwaitRestarts(waiting, 1);
        waiting.Tell("end");
        ExpectTerminated(waiting);
    }

    [Theory]
    [InlineData(0, 1, 0.0)]
    [InlineData(2, 1, 0.0)]
    [InlineData(1, 1, -0.1)]
    [InlineData(1, 1, 1.1)]
    public void Options_out_of_range_make_no_props(int minSeconds, int maxSeconds, double randomFactor)
        => Assert.Throws<ArgumentException>(() => BackoffSupervisor.Props(Backoff.OnFailure(
            Child.Props(TestActor), "child", Second * minSeconds, Second * maxSeconds, randomFactor, -1)));

    private BackoffOptions OnFailure(int retriesMax = -1)
        => Backoff.OnFailure(Child.Props(TestActor), "child", Second, Second * 5, 0, retriesMax);

    private BackoffOptions OnStop(int retriesMax = -1)
        => Backoff.OnStop(Child.Props(TestActor), "child", Second, Second * 5, 0, retriesMax);

    private IActorRef Start(BackoffOptions options)
    {
        var supervisor = Sys.ActorOf(BackoffSupervisor.Props(options));
        ExpectMsg("started");
        return supervisor;
    }

    private IActorRef? ChildOf(IActorRef supervisor)
    {
        var probe = CreateTestProbe();
        supervisor.Tell(BackoffSupervisor.GetCurrentChild.Instance, probe);
        return probe.ExpectMsg<BackoffSupervisor.CurrentChild>(Limits.Long).Ref;
    }

    private int RestartsOf(IActorRef supervisor)
    {
        var probe = CreateTestProbe();
        supervisor.Tell(BackoffSupervisor.GetRestartCount.Instance, probe);
        return probe.ExpectMsg<BackoffSupervisor.RestartCount>(Limits.Long).Count;
    }

    /// <summary>Waits until the supervisor has noticed the end of its child; from then on the delay runs.</summary>
    private void AwaitRestarts(IActorRef supervisor, int count)
        => AwaitAssert(() => Assert.Equal(count, RestartsOf(supervisor)), Limits.Long, TimeSpan.FromMilliseconds(5));

    private void AssertStartsAfter(IActorRef supervisor, TimeSpan delay, int restart)
    {
        AwaitRestarts(supervisor, restart);
        Scheduler.Advance(delay - Tick);
        Assert.Null(ChildOf(supervisor));
        Scheduler.Advance(Tick);
        ExpectMsg("started");
    }

    private sealed class Child : ReceiveActor
    {
        private readonly IActorRef _observer;

        public Child(IActorRef observer)
        {
            _observer = observer;
            Receive<Exception>((Action<Exception>)(cause => throw cause));
            Receive<ToParent>(up => Context.Parent.Tell(up.Message));
            Receive<string>(_ => Context.Stop(Self), message => message == "stop");
            ReceiveAny(message => Sender.Tell(message));
        }

        public static Props Props(IActorRef observer) => Akka.Actor.Props.Create(() => new Child(observer));

        protected override void PreStart() => _observer.Tell("started");

        public sealed record ToParent(object Message);
    }
}
