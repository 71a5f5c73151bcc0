using Akka.Actor;

namespace Akka.Conformance.Tests.Lifecycle;

/// <summary>The hooks and their order.</summary>
public sealed class LifecycleTests : Akka.TestKit.Xunit2.TestKit
{
    private static readonly InvalidOperationException Boom = new("boom");

    private IActorRef Start() => Sys.ActorOf(Props.Create(() => new Traced(TestActor, false)), "traced");

    private void Expect(params string[] trace)
    {
        foreach (var step in trace)
            ExpectMsg(step);
    }

    [Fact]
    public void Start_runs_the_constructor_then_PreStart()
    {
        Start();
        Expect("constructor", "PreStart");
    }

    [Fact]
    public void Stop_runs_PostStop_after_the_children_and_disposes_once()
    {
        var actor = Start();
        Expect("constructor", "PreStart");
        actor.Tell("spawn");
        var child = ExpectMsg<IActorRef>();
        Watch(actor);
        Sys.Stop(actor);
        Expect("child stopped", "PostStop");

        // The watchers are told before the instance is disposed; which of the two reaches the test first is open.
        var last = ReceiveN(2);
        Assert.Equal(actor, Assert.Single(last.OfType<Terminated>()).ActorRef);
        Assert.Equal("disposed", Assert.Single(last.OfType<string>()));
        Watch(child);
        Assert.False(ExpectTerminated(child).ExistenceConfirmed);
    }

    [Fact]
    public void Restart_runs_the_whole_sequence_and_then_the_next_message()
    {
        var actor = Start();
        Expect("constructor", "PreStart");
        actor.Tell("spawn");
        ExpectMsg<IActorRef>();
        actor.Tell(Boom);
        actor.Tell("next");
        var trace = ReceiveN(8).Cast<string>().ToList();

        // The child stops on its own thread: after PreRestart told it to, and before the new instance is made.
        var childStopped = trace.IndexOf("child stopped");
        Assert.InRange(childStopped, 1, trace.IndexOf("constructor") - 1);
        trace.RemoveAt(childStopped);
        Assert.Equal(
            new[]
            {
                "PreRestart boom System.InvalidOperationException: boom",
                "PostStop",
                "disposed",
                "constructor",
                "PostRestart boom",
                "PreStart",
                "next",
            },
            trace);
    }

    [Fact]
    public void Failing_message_is_not_retried_the_mailbox_is_kept_and_so_is_the_reference()
    {
        var actor = Start();
        Watch(actor);
        actor.Tell(Boom);
        for (var i = 0; i < 5; i++)
            actor.Tell("message " + i);
        FishForMessage<string>(step => step == "PostRestart boom");
        ExpectMsg("PreStart");
        for (var i = 0; i < 5; i++)
            ExpectMsgFrom(actor, "message " + i);
        actor.Tell("same reference");
        ExpectMsgFrom(actor, "same reference");
    }

    [Fact]
    public void PreRestart_sees_self_sender_and_context()
    {
        var actor = Sys.ActorOf(Props.Create(() => new LooksAround()));
        actor.Tell("fail");
        ExpectMsg((actor, TestActor, actor.Path));
    }

    [Fact]
    public void Children_that_PreRestart_leaves_alone_go_on_and_are_restarted_after_the_parent()
    {
        var actor = Sys.ActorOf(Props.Create(() => new Traced(TestActor, true)));
        Expect("constructor", "PreStart");
        actor.Tell(Props.Create(() => new Traced(TestActor, false)));
        var child = ExpectMsgAnyActor();
        Expect("constructor", "PreStart");
        actor.Tell(Boom);
        Expect("PreRestart boom System.InvalidOperationException: boom", "disposed", "constructor", "PostRestart boom", "PreStart");
        Expect("PreRestart boom ", "PostStop", "disposed", "constructor", "PostRestart boom", "PreStart");
        child.Tell("same child");
        ExpectMsgFrom(child, "same child");
    }

    [Fact]
    public void User_messages_wait_while_a_restart_waits_for_children()
    {
        using var gate = new ManualResetEventSlim();
        var actor = Start();
        Expect("constructor", "PreStart");
        actor.Tell(Props.Create(() => new SlowToStop(gate)));
        ExpectMsg<IActorRef>();
        actor.Tell(Boom);
        actor.Tell("waits");
        Expect("PreRestart boom System.InvalidOperationException: boom", "PostStop", "disposed");
        ExpectNoMsg(Limits.Quiet);
        gate.Set();
        Expect("constructor", "PostRestart boom", "PreStart", "waits");
    }

    [Fact]
    public void Resume_calls_no_hook_and_keeps_the_instance()
    {
        var parent = Sys.ActorOf(FuncActor.Spawner(new OneForOneStrategy(_ => Directive.Resume)));
        parent.Tell(Props.Create(() => new Traced(TestActor, false)));
        var child = ExpectMsgAnyActor();
        Expect("constructor", "PreStart");
        child.Tell(Boom);
        child.Tell("next");
        Expect("next");
    }

    [Theory]
    [InlineData("constructor")]
    [InlineData("PreStart")]
    public void Failure_of_the_first_start_stops_by_default_and_tells_the_parent_why(string where)
    {
        var parent = Sys.ActorOf(FuncActor.Spawner(new OneForOneStrategy(cause =>
        {
            TestActor.Tell(cause);
            return SupervisorStrategy.DefaultDecider.Decide(cause);
        })));
        parent.Tell(Props.Create(() => new FailsAt(where)));
        IActorRef? child = null;
        Exception? cause = null;
        foreach (var message in ReceiveN(2))
        {
            child ??= message as IActorRef;
            cause ??= message as Exception;
        }
        var failure = Assert.IsType<ActorInitializationException>(cause);
        Assert.Equal("at " + where, failure.GetBaseException().Message);
        Watch(child!);
        ExpectTerminated(child!);
    }

    [Fact]
    public void Failure_of_PreRestart_does_not_keep_the_restart_from_going_on()
    {
        var actor = Sys.ActorOf(Props.Create(() => new FailsAt("PreRestart")));
        actor.Tell("fail");
        actor.Tell("alive");
        ExpectMsg("alive");
    }

    [Fact]
    public void Failure_of_PostRestart_is_PostRestartException_and_stops_by_default()
    {
        var parent = Sys.ActorOf(FuncActor.Spawner(new OneForOneStrategy(cause =>
        {
            TestActor.Tell(cause);
            return SupervisorStrategy.DefaultDecider.Decide(cause);
        })));
        parent.Tell(Props.Create(() => new FailsAt("PostRestart")));
        var child = ExpectMsg<IActorRef>();
        Watch(child);
        child.Tell("fail");
        ExpectMsg<InvalidOperationException>();
        var failure = ExpectMsg<PostRestartException>();
        Assert.Equal("fail", failure.OriginalCause.Message);
        ExpectTerminated(child);
    }

    [Fact]
    public void Failure_of_PostStop_does_not_keep_the_actor_from_ending()
    {
        var actor = Sys.ActorOf(Props.Create(() => new FailsAt("PostStop")));
        Watch(actor);
        Sys.Stop(actor);
        ExpectTerminated(actor);
    }

    [Fact]
    public void Restarted_actor_whose_survivor_holds_a_name_its_constructor_wants_stops()
    {
        var actor = Sys.ActorOf(Props.Create(() => new KeepsChild()));
        Watch(actor);
        actor.Tell("fail");
        ExpectTerminated(actor);
    }

    [Fact]
    public void Work_begun_before_a_restart_is_not_cancelled()
    {
        var gate = new TaskCompletionSource<string>();
        var actor = Sys.ActorOf(FuncActor.Of((message, context) =>
        {
            if (message is "begin")
                _ = gate.Task.PipeTo(TestActor);
            else
                throw Boom;
        }));
        actor.Tell("begin");
        actor.Tell("fail");
        actor.Tell(new Identify("restarted"));
        ExpectMsg<ActorIdentity>();
        gate.SetResult("result");
        ExpectMsg("result");
    }

    private IActorRef ExpectMsgAnyActor()
    {
        // The spawner's answer and the child's two words come from two senders, in any order.
        var three = ReceiveN(3).ToArray();
        foreach (var word in three.OfType<string>())
            TestActor.Tell(word);
        return three.OfType<IActorRef>().Single();
    }

    private sealed class Traced : UntypedActor, IDisposable
    {
        private readonly IActorRef _probe;
        private readonly bool _keepsChildren;

        public Traced(IActorRef probe, bool keepsChildren)
        {
            _probe = probe;
            _keepsChildren = keepsChildren;
            probe.Tell("constructor");
        }

        public void Dispose() => _probe.Tell("disposed");

        protected override void PreStart() => _probe.Tell("PreStart");

        protected override void PostStop() => _probe.Tell("PostStop");

        protected override void PreRestart(Exception reason, object message)
        {
            var shown = message is Exception cause ? $"{cause.GetType()}: {cause.Message}" : message;
            _probe.Tell($"PreRestart {reason.Message} {shown}");
            if (!_keepsChildren)
                base.PreRestart(reason, message!);
        }

        protected override void PostRestart(Exception reason)
        {
            _probe.Tell($"PostRestart {reason.Message}");
            base.PostRestart(reason);
        }

        protected override void OnReceive(object message)
        {
            switch (message)
            {
                case Exception cause:
                    throw cause;
                case "spawn":
                    var probe = _probe;
                    _probe.Tell(Context.ActorOf(Props.Create(() => new TellsStop(probe))));
                    break;
                case Props props:
                    _probe.Tell(Context.ActorOf(props));
                    break;
                default:
                    _probe.Tell(message);
                    break;
            }
        }
    }

    private sealed class TellsStop : UntypedActor
    {
        private readonly IActorRef _probe;

        public TellsStop(IActorRef probe) => _probe = probe;

        protected override void PostStop() => _probe.Tell("child stopped");

        protected override void OnReceive(object message)
        {
        }
    }

    private sealed class SlowToStop : UntypedActor
    {
        private readonly ManualResetEventSlim _gate;

        public SlowToStop(ManualResetEventSlim gate) => _gate = gate;

        protected override void PostStop() => _gate.Wait(Limits.Long);

        protected override void OnReceive(object message)
        {
        }
    }

    private sealed class LooksAround : UntypedActor
    {
        protected override void PreRestart(Exception reason, object message)
            => Sender.Tell((Self, Sender, Context.Self.Path));

        protected override void OnReceive(object message) => throw Boom;
    }

    private sealed class FailsAt : UntypedActor
    {
        private readonly string _where;

        public FailsAt(string where)
        {
            _where = where;
            Fail("constructor");
        }

        protected override void PreStart() => Fail("PreStart");

        protected override void PreRestart(Exception reason, object message) => Fail("PreRestart");

        protected override void PostRestart(Exception reason) => Fail("PostRestart");

        protected override void PostStop() => Fail("PostStop");

        protected override void OnReceive(object message)
        {
            if (message is "fail")
                throw new InvalidOperationException("fail");
            Sender.Tell(message);
        }

        private void Fail(string here)
        {
            if (_where == here)
                throw new InvalidOperationException("at " + here);
        }
    }

    private sealed class KeepsChild : UntypedActor
    {
        public KeepsChild() => Context.ActorOf(FuncActor.Echo(), "child");

        protected override void PreRestart(Exception reason, object message)
        {
            // Does not stop the child.
        }

        protected override void OnReceive(object message) => throw Boom;
    }
}
