using Akka.Actor;
using Akka.Event;

namespace Akka.Conformance.Tests.Lifecycle;

/// <summary>The ways to stop, and what becomes of waiting messages.</summary>
public sealed class StoppingTests : Akka.TestKit.Xunit2.TestKit
{
    private readonly ManualResetEventSlim _gate = new();

    public StoppingTests() => Sys.EventStream.Subscribe(TestActor, typeof(DeadLetter));

    /// <summary>Tells the test what it handles; "wait" holds it until the gate opens.</summary>
    private IActorRef Start()
    {
        var actor = Sys.ActorOf(FuncActor.Of((message, _) =>
        {
            if (message is "wait")
            {
                TestActor.Tell("waiting");
                Assert.True(_gate.Wait(Limits.Long));
            }
            TestActor.Tell("handled " + message);
        }));
        Watch(actor);
        return actor;
    }

    /// <summary>The next messages must be these, in any order.</summary>
    private void ExpectAll(params string[] expected) => Assert.Equal(
        expected,
        ReceiveN(expected.Length).Select(message => message switch
        {
            DeadLetter letter => "dead " + letter.Message,
            Terminated => "terminated",
            _ => (string)message,
        }).Order(StringComparer.Ordinal));

    [Fact]
    public void Stop_lets_the_current_message_finish_and_the_rest_are_dead_letters()
    {
        var actor = Start();
        actor.Tell("wait");
        actor.Tell("one");
        actor.Tell("two");
        ExpectMsg("waiting");
        this.StopForSure(actor);
        _gate.Set();
        ExpectMsg("handled wait");
        ExpectAll("dead one", "dead two", "terminated");
    }

    [Fact]
    public void PoisonPill_takes_its_turn_and_later_messages_are_dead_letters()
    {
        var actor = Start();
        actor.Tell("wait");
        actor.Tell("before");
        actor.Tell(PoisonPill.Instance);
        actor.Tell("after");
        _gate.Set();
        ExpectMsg("waiting");
        ExpectMsg("handled wait");
        ExpectMsg("handled before");
        ExpectAll("dead after", "terminated");
    }

    [Fact]
    public void Kill_takes_its_turn_and_fails_the_actor()
    {
        var actor = Start();
        EventFilter.Exception<ActorKilledException>().ExpectOne(() =>
        {
            actor.Tell("before");
            actor.Tell(Kill.Instance);
            ExpectMsg("handled before");
            ExpectTerminated(actor);
        });
    }

    [Fact]
    public void Message_after_the_stop_is_a_dead_letter_with_sender_and_recipient()
    {
        var actor = Start();
        Sys.Stop(actor);
        ExpectTerminated(actor);
        actor.Tell("late");
        var letter = ExpectMsg<DeadLetter>();
        Assert.Equal("late", letter.Message);
        Assert.Equal(TestActor, letter.Sender);
        Assert.Equal(actor, letter.Recipient);
    }

    [Fact]
    public void Actor_that_stops_itself_finishes_its_handler()
    {
        var actor = Sys.ActorOf(FuncActor.Of((_, context) =>
        {
            context.Stop(context.Self);
            TestActor.Tell("still here");
        }));
        Watch(actor);
        actor.Tell("stop");
        ExpectMsg("still here");
        ExpectTerminated(actor);
    }

    [Fact]
    public void Descendants_stop_before_their_parents()
    {
        var actor = Sys.ActorOf(Props.Create(() => new Nested(TestActor, 2)), "top");
        Watch(actor);
        ExpectMsg("grown");
        Sys.Stop(actor);
        ExpectMsg("stopped 0");
        ExpectMsg("stopped 1");
        ExpectMsg("stopped 2");
        ExpectTerminated(actor);
    }

    [Fact]
    public void Stopping_actor_creates_no_more_children()
    {
        var actor = Sys.ActorOf(Props.Create(() => new CreatesInPostStop(TestActor)));
        Sys.Stop(actor);
        ExpectMsg<InvalidOperationException>();
    }

    protected override void Dispose(bool disposing)
    {
        _gate.Set();
        base.Dispose(disposing);
        _gate.Dispose();
    }

    private sealed class Nested : UntypedActor
    {
        private readonly IActorRef _probe;
        private readonly int _level;

        public Nested(IActorRef probe, int level)
        {
            _probe = probe;
            _level = level;
        }

        protected override void PreStart()
        {
            if (_level == 0)
            {
                _probe.Tell("grown");
                return;
            }
            var (probe, below) = (_probe, _level - 1);
            Context.ActorOf(Props.Create(() => new Nested(probe, below)));
        }

        protected override void PostStop() => _probe.Tell($"stopped {_level}");

        protected override void OnReceive(object message)
        {
        }
    }

    private sealed class CreatesInPostStop : UntypedActor
    {
        private readonly IActorRef _probe;

        public CreatesInPostStop(IActorRef probe) => _probe = probe;

        protected override void PostStop()
            => _probe.Tell(Record.Exception(() => Context.ActorOf(FuncActor.Echo()))!);

        protected override void OnReceive(object message)
        {
        }
    }
}
