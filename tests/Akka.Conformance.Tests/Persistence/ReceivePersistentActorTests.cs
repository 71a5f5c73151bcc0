using Akka.Actor;
using Akka.Event;
using Akka.Persistence;

namespace Akka.Conformance.Tests.Persistence;

/// <summary>Handlers by type, asynchronous handlers, and the stash of a persistent actor.</summary>
public sealed class ReceivePersistentActorTests : PersistenceTestKit
{
    [Fact]
    public void Command_tries_handlers_in_order_and_leaves_the_rest_unhandled()
    {
        Sys.EventStream.Subscribe(TestActor, typeof(UnhandledMessage));
        var actor = Sys.ActorOf(Props.Create(() => new Sorting(TestActor)));
        actor.Tell(7);
        ExpectMsg("small", Limits.Long);
        actor.Tell(70);
        ExpectMsg("even", Limits.Long);
        actor.Tell(71);
        ExpectMsg<UnhandledMessage>(unhandled => unhandled.Message is 71, Limits.Long);
    }

    [Fact]
    public void Become_replaces_the_command_handlers_only()
    {
        var actor = Sys.ActorOf(Props.Create(() => new Sorting(TestActor)));
        actor.Tell("become");
        actor.Tell(7);
        ExpectMsg("other 7", Limits.Long);
        actor.Tell(new InvalidOperationException("restart"));
        ExpectMsg("recovered an event", Limits.Long);
        actor.Tell(7);
        ExpectMsg("small", Limits.Long);
    }

    [Fact]
    public void Handlers_are_registered_in_the_constructor_or_Become_only()
    {
        var actor = Sys.ActorOf(Props.Create(() => new Sorting(TestActor)));
        actor.Tell("register");
        ExpectMsg<InvalidOperationException>(Limits.Long);
        ExpectMsg<InvalidOperationException>(Limits.Long);
    }

    [Fact]
    public void CommandAsync_holds_commands_and_runs_persist_handlers_after_the_task()
    {
        var gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var actor = Sys.ActorOf(Props.Create(() => new Slow(TestActor, gate.Task)));
        actor.Tell("a");
        ExpectMsg("a begins", Limits.Long);
        actor.Tell("b");
        ExpectNoMsg(Limits.Quiet);
        gate.SetResult();
        foreach (var text in new[] { "a ends", "a stored before", "a stored after", "b begins", "b ends" })
            ExpectMsg(text, Limits.Long);
        ExpectMsg("b stored before", Limits.Long);
        ExpectMsg("b stored after", Limits.Long);
    }

    [Fact]
    public void CommandAsync_that_fails_restarts_the_actor_and_its_events_are_stored()
    {
        var actor = Sys.ActorOf(Props.Create(() => new Slow(TestActor, Task.CompletedTask)));
        actor.Tell(new InvalidOperationException("after an await"));
        ExpectMsg("replayed stored before the failure", Limits.Long);
    }

    [Fact]
    public void UnstashAll_puts_stashed_commands_before_those_that_wait_for_a_write()
    {
        var gate = new ManualResetEventSlim();
        var actor = Sys.ActorOf(Props.Create(() => new Stashing(TestActor, gate)));
        actor.Tell("stash 1");
        actor.Tell("stash 2");
        actor.Tell("open");
        actor.Tell("later 1");
        actor.Tell("later 2");
        gate.Set();
        foreach (var text in new[] { "open", "stash 1", "stash 2", "later 1", "later 2" })
            ExpectMsg(text, Limits.Long);
    }

    private sealed class Sorting : ReceivePersistentActor
    {
        private readonly IActorRef _trace;

        public Sorting(IActorRef trace)
        {
            _trace = trace;
            Recover<string>(_ => trace.Tell("recovered an event"));
            Command<int>(number => number < 10, _ => trace.Tell("small"));
            Command<int>(number =>
            {
                if (number % 2 != 0)
                    return false;
                trace.Tell("even");
                return true;
            });
            Command<string>(text => text == "become", _ => Persist("event", _ => Become(Other)));
            Command<string>(_ =>
            {
                Try(() => Command<long>(_ => { }));
                Try(() => Recover<long>(_ => { }));
            });
        }

        public override string PersistenceId => "a";

        private void Other()
        {
            Command<Exception>(cause => throw cause);
            CommandAny(message => _trace.Tell($"other {message}"));
        }

        private void Try(Action action)
        {
            try
            {
                action();
            }
            catch (InvalidOperationException cause)
            {
                _trace.Tell(cause);
            }
        }
    }

    private sealed class Slow : ReceivePersistentActor
    {
        public Slow(IActorRef trace, Task gate)
        {
            Recover<string>(text => trace.Tell($"replayed {text}"));
            CommandAsync<string>(async text =>
            {
                trace.Tell($"{text} begins");
                Persist($"{text} stored before", trace.Tell);
                await gate;
                Persist($"{text} stored after", trace.Tell);
                trace.Tell($"{text} ends");
            });
            CommandAsync<Exception>(async cause =>
            {
                Persist("stored before the failure", _ => { });
                await Task.Yield();
                throw cause;
            });
        }

        public override string PersistenceId => "a";
    }

    private sealed class Stashing : ReceivePersistentActor
    {
        public Stashing(IActorRef trace, ManualResetEventSlim gate)
        {
            var open = false;
            Command<string>(text => !open && text != "open", _ => Stash.Stash());
            CommandAny(message =>
            {
                gate.Wait(Limits.Long);
                if (message is "open")
                {
                    open = true;
                    Stash.UnstashAll();
                }
                Persist(message, trace.Tell);
            });
        }

        public override string PersistenceId => "a";
    }
}
