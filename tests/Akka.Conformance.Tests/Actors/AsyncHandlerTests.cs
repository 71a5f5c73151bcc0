using Akka.Actor;

namespace Akka.Conformance.Tests.Actors;

/// <summary>Handlers that wait.</summary>
public sealed class AsyncHandlerTests : Akka.TestKit.Xunit2.TestKit
{
    private readonly TaskCompletionSource _gate = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private IActorRef Start() => Sys.ActorOf(Props.Create(() => new Waiter(_gate.Task, TestActor)), "waiter");

    [Fact]
    public void No_message_is_handled_while_a_handler_waits_and_the_order_is_kept()
    {
        var actor = Start();
        actor.Tell("wait");
        actor.Tell("one");
        actor.Tell("two");
        ExpectMsg("before");
        ExpectNoMsg(Limits.Quiet);
        _gate.SetResult();
        ExpectMsg("after");
        ExpectMsg("one");
        ExpectMsg("two");
    }

    [Fact]
    public void Sender_Self_and_Context_are_the_same_after_each_await()
    {
        var actor = Start();
        var asker = CreateTestProbe();
        asker.Send(actor, "context");
        actor.Tell("one");
        _gate.SetResult();
        for (var i = 0; i < 3; i++)
            asker.ExpectMsg((actor, asker.Ref, actor.Path));
        ExpectMsg("one");
    }

    [Fact]
    public void ConfigureAwait_false_loses_the_context()
    {
        Start().Tell("leave");
        ExpectMsg<NotSupportedException>();
    }

    [Fact]
    public void Faulted_task_is_supervised_and_the_next_message_runs_after_the_decision()
    {
        var actor = Start();
        actor.Tell("fail");
        actor.Tell("one");
        _gate.SetResult();
        ExpectMsg("restarting for late failure of fail");
        ExpectMsg("one");
    }

    [Fact]
    public void Cancelled_task_is_a_failure()
    {
        var actor = Start();
        actor.Tell("cancel");
        actor.Tell("one");
        ExpectMsg<string>(text => text.StartsWith("restarting for", StringComparison.Ordinal));
        ExpectMsg("one");
    }

    [Fact]
    public void Failure_before_the_first_await_is_supervised_too()
    {
        var actor = Start();
        actor.Tell("fail at once");
        actor.Tell("one");
        ExpectMsg("restarting for early failure of fail at once");
        ExpectMsg("one");
    }

    [Fact]
    public void Stop_while_a_handler_waits_takes_effect_at_once_and_cuts_the_handler_off()
    {
        var actor = Start();
        Watch(actor);
        actor.Tell("wait");
        ExpectMsg("before");
        Sys.Stop(actor);
        ExpectMsg("stopped");
        ExpectTerminated(actor);
        _gate.SetResult();
        ExpectNoMsg(Limits.Quiet);
    }

    [Fact]
    public void PoisonPill_waits_for_the_handler()
    {
        var actor = Start();
        actor.Tell("wait");
        actor.Tell(PoisonPill.Instance);
        ExpectMsg("before");
        ExpectNoMsg(Limits.Quiet);
        _gate.SetResult();
        ExpectMsg("after");
        ExpectMsg("stopped");
    }

    [Fact]
    public void Child_failure_is_decided_when_the_handler_has_ended()
    {
        var actor = Start();
        actor.Tell("spawn");
        var child = ExpectMsg<IActorRef>();
        actor.Tell("wait");
        ExpectMsg("before");
        child.Tell(new InvalidOperationException("child"));
        child.Tell("alive");
        ExpectNoMsg(Limits.Quiet);
        _gate.SetResult();
        ExpectMsg("after");
        ExpectMsg("alive");
    }

    [Fact]
    public void Child_failure_of_a_handler_that_is_cut_off_ends_with_the_parent()
    {
        var actor = Start();
        actor.Tell("spawn");
        var child = ExpectMsg<IActorRef>();
        Watch(child);
        actor.Tell("wait");
        ExpectMsg("before");
        child.Tell(new InvalidOperationException("child"));
        Sys.Stop(actor);
        var last = ReceiveN(2, Limits.Long);
        Assert.Equal(child, Assert.Single(last.OfType<Terminated>()).ActorRef);
        Assert.Equal("stopped", Assert.Single(last.OfType<string>()));
    }

    [Fact]
    public void ReceiveAnyAsync_and_predicates_choose_like_their_synchronous_forms()
    {
        var actor = Sys.ActorOf(Props.Create(() => new Choosing()));
        foreach (var message in new object[] { 1, -1, "a", 2.0 })
            actor.Tell(message);
        foreach (var answer in new[] { "positive", "negative", "string", "any" })
            ExpectMsg(answer);
    }

    private sealed class Waiter : ReceiveActor
    {
        private readonly IActorRef _probe;

        public Waiter(Task gate, IActorRef probe)
        {
            _probe = probe;
            ReceiveAsync<string>(
                async _ =>
                {
                    probe.Tell("before");
                    await gate;
                    probe.Tell("after");
                },
                text => text == "wait");
            ReceiveAsync<string>(text => text == "context", async _ =>
            {
                Sender.Tell((Self, Sender, Context.Self.Path));
                await gate;
                Sender.Tell((Self, Sender, Context.Self.Path));
                await Task.Yield();
                Sender.Tell((Self, Sender, Context.Self.Path));
            });
            ReceiveAsync<string>(
                async _ =>
                {
                    // Completed from a thread that runs no actor, and the rest of the handler goes on right there.
                    var left = new TaskCompletionSource();
                    var elsewhere = new Thread(left.SetResult) { IsBackground = true };
                    var waiting = WaitAsync(left.Task, probe);
                    elsewhere.Start();
                    await waiting;
                },
                text => text == "leave");
            ReceiveAsync<string>(
                async _ =>
                {
                    await gate;
                    throw new InvalidOperationException("late failure");
                },
                text => text == "fail");
            ReceiveAsync<string>(_ => Task.FromCanceled(new CancellationToken(canceled: true)), text => text == "cancel");
            ReceiveAsync<string>(_ => throw new InvalidOperationException("early failure"), text => text == "fail at once");
            Receive<string>(
                _ => Sender.Tell(Context.ActorOf(FuncActor.Failing())), text => text == "spawn");
            ReceiveAny(message => probe.Tell(message));
        }

        private static async Task WaitAsync(Task left, IActorRef probe)
        {
            await left.ConfigureAwait(false);
            probe.Tell(Record.Exception(() => Context.Self), ActorRefs.NoSender);
        }

        protected override void PreRestart(Exception reason, object message)
            => _probe.Tell($"restarting for {reason.Message} of {message}");

        protected override void PostStop() => _probe.Tell("stopped");
    }

    private sealed class Choosing : ReceiveActor
    {
        public Choosing()
        {
            ReceiveAsync<int>(_ => Reply("positive"), number => number > 0);
            ReceiveAsync<int>(number => number < 0, _ => Reply("negative"));
            ReceiveAsync(typeof(string), _ => Reply("string"));
            ReceiveAnyAsync(_ => Reply("any"));
        }

        private async Task Reply(string answer)
        {
            await Task.Yield();
            Sender.Tell(answer);
        }
    }
}
