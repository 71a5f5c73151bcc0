using Akka.Actor;
using Akka.Event;
using Akka.TestKit;

namespace Akka.Conformance.Tests.Time;

/// <summary>Timers of actors, under a scheduler whose time moves only when told.</summary>
public sealed class TimerTests : Akka.TestKit.Xunit2.TestKit
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    public TimerTests()
        : base("akka.scheduler.implementation = \"Akka.TestKit.TestScheduler, Akka.TestKit\"")
    {
    }

    private TestScheduler Scheduler => (TestScheduler)Sys.Scheduler;

    private IActorRef Start(Action<ITimerScheduler>? atStart = null)
    {
        var actor = Sys.ActorOf(Props.Create(() => new Timed(TestActor, atStart)));
        Settle(actor);
        return actor;
    }

    private void Settle(IActorRef actor)
    {
        actor.Tell("settle");
        ExpectMsg("settle");
    }

    private void Do(IActorRef actor, Action<ITimerScheduler> work)
    {
        actor.Tell(work);
        Settle(actor);
    }

    [Fact]
    public void Single_timer_tells_once_without_a_sender_and_ends()
    {
        var actor = Start(timers => timers.StartSingleTimer("key", "tick", Second));
        actor.Tell((Action<ITimerScheduler>)(timers => TestActor.Tell(timers.IsTimerActive("key"))));
        ExpectMsg(true);
        Scheduler.Advance(Second);
        ExpectMsg(("tick", true));
        Scheduler.Advance(Second * 10);
        Settle(actor);
    }

    [Fact]
    public void Single_timer_is_inactive_from_the_delivery_on()
    {
        var actor = Start(timers => timers.StartSingleTimer("key", "report", Second));
        Scheduler.Advance(Second);
        ExpectMsg("active in the handler: False");
        Settle(actor);
    }

    [Fact]
    public void Timer_with_a_sender_has_it()
    {
        var actor = Start(timers => timers.StartSingleTimer("key", "whose", Second, TestActor));
        Scheduler.Advance(Second);
        ExpectMsg(TestActor);
        Settle(actor);
    }

    [Fact]
    public void Periodic_timer_tells_again_and_again()
    {
        var actor = Start(timers =>
        {
            timers.StartPeriodicTimer("a", "tick a", Second);
            timers.StartPeriodicTimer("b", "tick b", Second * 5, Second);
        });
        for (var i = 0; i < 3; i++)
        {
            Scheduler.Advance(Second);
            ExpectMsg(("tick a", true));
        }
        Scheduler.Advance(Second * 2);
        ExpectMsgAllOf(new[] { ("tick a", true), ("tick b", true) });
        Settle(actor);
    }

    [Fact]
    public void Timer_replaced_while_its_message_waits_delivers_nothing()
    {
        using var gate = new ManualResetEventSlim();
        var actor = Start(timers => timers.StartSingleTimer("key", "old", Second));
        actor.Tell(gate);
        actor.Tell((Action<ITimerScheduler>)(timers => timers.StartSingleTimer("key", "new", Second)));
        // Goes into the mailbox behind the replacement, which has not run yet.
        Scheduler.Advance(Second);
        gate.Set();
        Settle(actor);
        Scheduler.Advance(Second);
        ExpectMsg(("new", true));
    }

    [Fact]
    public void Timer_cancelled_while_its_message_waits_delivers_nothing()
    {
        using var gate = new ManualResetEventSlim();
        var actor = Start(timers => timers.StartPeriodicTimer("key", "old", Second));
        actor.Tell(gate);
        actor.Tell((Action<ITimerScheduler>)(timers => timers.Cancel("key")));
        Scheduler.Advance(Second);
        gate.Set();
        Settle(actor);
        Scheduler.Advance(Second);
        Settle(actor);
    }

    [Fact]
    public void CancelAll_ends_every_timer()
    {
        var actor = Start(timers =>
        {
            timers.StartPeriodicTimer("a", "tick", Second);
            timers.StartSingleTimer("b", "tick", Second);
        });
        Do(actor, timers => timers.CancelAll());
        Scheduler.Advance(Second);
        Settle(actor);
    }

    [Fact]
    public void Restart_cancels_timers_and_their_waiting_messages()
    {
        using var gate = new ManualResetEventSlim();
        var actor = Start();
        Do(actor, timers => timers.StartPeriodicTimer("key", "of the old instance", Second));
        actor.Tell(gate);
        actor.Tell((Action<ITimerScheduler>)(_ => throw new InvalidOperationException("restart")));
        Scheduler.Advance(Second);
        gate.Set();
        Settle(actor);
        Scheduler.Advance(Second);
        Settle(actor);
    }

    [Fact]
    public void Stop_cancels_timers()
    {
        Sys.EventStream.Subscribe(TestActor, typeof(AllDeadLetters));
        var actor = Start(timers => timers.StartPeriodicTimer("key", "tick", Second));
        Watch(actor);
        Sys.Stop(actor);
        ExpectTerminated(actor);
        Scheduler.Advance(Second);
        Sys.DeadLetters.Tell("marker");
        Assert.Equal("marker", ExpectMsg<DeadLetter>().Message);
    }

    [Fact]
    public void Stashed_timer_message_comes_back_bare()
    {
        var actor = Start(timers => timers.StartSingleTimer("key", "stash", Second));
        Scheduler.Advance(Second);
        ExpectMsg("stashed");
        Scheduler.Advance(Second);
        actor.Tell("unstash");
        ExpectMsg(("stash", true));
    }

    [Fact]
    public void Timer_message_that_is_a_PoisonPill_works_as_one()
    {
        var actor = Start(timers => timers.StartSingleTimer("key", PoisonPill.Instance, Second));
        Watch(actor);
        Scheduler.Advance(Second);
        ExpectTerminated(actor);
    }

    private sealed class Timed : UntypedActor, IWithTimers, IWithStash
    {
        private readonly IActorRef _probe;
        private bool _open;

        public Timed(IActorRef probe, Action<ITimerScheduler>? atStart)
        {
            _probe = probe;
            atStart?.Invoke(Timers);
        }

        public ITimerScheduler Timers { get; set; } = null!;

        public IStash Stash { get; set; } = null!;

        protected override void OnReceive(object message)
        {
            switch (message)
            {
                case "settle":
                    _probe.Tell(message);
                    break;
                case "report":
                    _probe.Tell($"active in the handler: {Timers.IsTimerActive("key")}");
                    break;
                case "whose":
                    _probe.Tell(Sender);
                    break;
                case "stash" when !_open:
                    Stash.Stash();
                    _probe.Tell("stashed");
                    break;
                case "unstash":
                    _open = true;
                    Stash.UnstashAll();
                    break;
                case Action<ITimerScheduler> work:
                    work(Timers);
                    break;
                case ManualResetEventSlim gate:
                    Assert.True(gate.Wait(Limits.Long));
                    break;
                default:
                    _probe.Tell(((string)message, Sender.IsNobody()));
                    break;
            }
        }
    }
}
