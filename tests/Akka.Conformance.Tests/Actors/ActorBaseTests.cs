using Akka.Actor;

namespace Akka.Conformance.Tests.Actors;

/// <summary>What every actor has, whatever its base.</summary>
public sealed class ActorBaseTests : Akka.TestKit.Xunit2.TestKit
{
    [Fact]
    public void Constructor_outside_the_system_throws()
        => Assert.Throws<ActorInitializationException>(() => BareThread.Run(() => _ = new Plain()));

    [Fact]
    public void Receive_that_returns_false_leaves_the_message_unhandled()
    {
        Sys.EventStream.Subscribe(TestActor, typeof(Akka.Event.UnhandledMessage));
        var actor = Sys.ActorOf(Props.Create(() => new Plain()));
        actor.Tell("known");
        ExpectMsg("known");
        actor.Tell("unknown");
        var unhandled = ExpectMsg<Akka.Event.UnhandledMessage>();
        Assert.Equal("unknown", unhandled.Message);
        Assert.Equal(TestActor, unhandled.Sender);
        Assert.Equal(actor, unhandled.Recipient);
    }

    [Fact]
    public void UntypedActor_handles_everything_unless_it_says_unhandled()
    {
        Sys.EventStream.Subscribe(TestActor, typeof(Akka.Event.UnhandledMessage));
        var actor = Sys.ActorOf(Props.Create(() => new Untyped()));
        actor.Tell("ignored");
        actor.Tell("unhandled");
        Assert.Equal("unhandled", ExpectMsg<Akka.Event.UnhandledMessage>().Message);
    }

    [Fact]
    public void UntypedActor_becomes_another_delegate_from_the_next_message_on()
    {
        var actor = Sys.ActorOf(Props.Create(() => new Untyped()));
        actor.Tell("become");
        ExpectMsg("still the old one");
        actor.Tell("a");
        ExpectMsg("new: a");
        actor.Tell("unbecome");
        ExpectMsg("new: unbecome");
        actor.Tell("become");
        ExpectMsg("still the old one");
    }

    [Fact]
    public void UntypedActor_RunTask_holds_the_next_message_until_the_task_ends()
    {
        var gate = new TaskCompletionSource();
        var actor = Sys.ActorOf(Props.Create(() => new TaskRunner(gate.Task)));
        actor.Tell("run");
        actor.Tell("next");
        ExpectMsg("begun");
        ExpectNoMsg(Limits.Quiet);
        gate.SetResult();
        ExpectMsg("ended");
        ExpectMsg("next");
    }

    [Fact]
    public async Task Context_elsewhere_throws()
    {
        var leaky = await Sys.ActorOf(Props.Create(() => new Leaky())).Ask<Leaky>("self", Limits.Long);
        Assert.Throws<NotSupportedException>(() => BareThread.Run(() => leaky.ReadContext()));
    }

    [Fact]
    public async Task Self_of_an_instance_that_was_replaced_is_the_dead_letters()
    {
        var actor = Sys.ActorOf(Props.Create(() => new Leaky()));
        var replaced = await actor.Ask<Leaky>("self", Limits.Long);
        actor.Tell(new InvalidOperationException("replace the instance"));
        Assert.NotSame(replaced, await actor.Ask<Leaky>("self", Limits.Long));
        IActorRef? self = null;
        BareThread.Run(() => self = replaced.ReadSelf());
        Assert.Equal(Sys.DeadLetters, self);
    }

    [Fact]
    public void Timers_can_be_used_in_the_constructor_and_the_stash_in_PreStart()
    {
        Sys.ActorOf(Props.Create(() => new Injected(TestActor)));
        ExpectMsg("timers in the constructor: True");
        ExpectMsg("stash in PreStart: True");
    }

    private sealed class Plain : ActorBase
    {
        protected override bool Receive(object message)
        {
            if (message is not "known")
                return false;
            Sender.Tell(message);
            return true;
        }
    }

    private sealed class Untyped : UntypedActor
    {
        protected override void OnReceive(object message)
        {
            switch (message)
            {
                case "unhandled":
                    Unhandled(message);
                    break;
                case "become":
                    Become(Other);
                    Sender.Tell("still the old one");
                    break;
            }
        }

        private void Other(object message)
        {
            if (message is "unbecome")
                UnbecomeStacked();
            Sender.Tell("new: " + message);
        }
    }

    private sealed class TaskRunner : UntypedActor
    {
        private readonly Task _gate;

        public TaskRunner(Task gate) => _gate = gate;

        protected override void OnReceive(object message)
        {
            if (message is not "run")
            {
                Sender.Tell(message);
                return;
            }
            RunTask(async () =>
            {
                Sender.Tell("begun");
                await _gate;
                Sender.Tell("ended");
            });
        }
    }

    private sealed class Leaky : UntypedActor
    {
        public IActorContext ReadContext() => Context;

        public IActorRef ReadSelf() => Self;

        protected override void OnReceive(object message)
        {
            if (message is Exception cause)
                throw cause;
            Sender.Tell(this);
        }
    }

    private sealed class Injected : ReceiveActor, IWithTimers, IWithUnboundedStash
    {
        private readonly IActorRef _probe;

        public Injected(IActorRef probe)
        {
            _probe = probe;
            probe.Tell($"timers in the constructor: {Timers is not null}");
        }

        public ITimerScheduler Timers { get; set; } = null!;

        public IStash Stash { get; set; } = null!;

        protected override void PreStart() => _probe.Tell($"stash in PreStart: {Stash is not null}");
    }
}
