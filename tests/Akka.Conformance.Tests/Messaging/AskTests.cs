using Akka.Actor;
using Akka.Event;

namespace Akka.Conformance.Tests.Messaging;

/// <summary>Asking.</summary>
public sealed class AskTests : Akka.TestKit.Xunit2.TestKit
{
    [Fact]
    public async Task First_answer_completes_the_task()
    {
        var echo = Sys.ActorOf(FuncActor.Echo());
        Assert.Equal("a", await echo.Ask("a"));
        Assert.Equal("a", await echo.Ask("a", Limits.Long));
        Assert.Equal("a", await echo.Ask("a", CancellationToken.None));
        Assert.Equal("a", await echo.Ask("a", Limits.Long, CancellationToken.None));
        Assert.Equal("a", await echo.Ask<string>("a", Limits.Long));
        Assert.Equal("a", await echo.Ask<string>("a", CancellationToken.None));
        Assert.Equal("a", await echo.Ask<string>("a", Limits.Long, CancellationToken.None));
        Assert.Equal("a", await Sys.ActorSelection(echo.Path).Ask<string>("a", Limits.Long));
    }

    [Fact]
    public async Task Message_builder_gets_the_reply_address()
    {
        var actor = Sys.ActorOf(FuncActor.Of((message, _) => ((IActorRef)message).Tell("to the address")));
        Assert.Equal("to the address", await actor.Ask<string>(address => address, Limits.Long, CancellationToken.None));
    }

    [Fact]
    public async Task No_answer_in_time_is_AskTimeoutException()
    {
        var silent = Sys.ActorOf(FuncActor.Of((_, _) => { }));
        await Assert.ThrowsAsync<AskTimeoutException>(() => silent.Ask("a", Limits.Short));
    }

    [Fact]
    public async Task Default_time_is_that_of_the_configuration()
    {
        var system = ActorSystem.Create("asks", "akka.actor.ask-timeout = 30ms");
        var silent = system.ActorOf(FuncActor.Of((_, _) => { }));
        await Assert.ThrowsAsync<AskTimeoutException>(() => silent.Ask("a").WaitAsync(Limits.Long));
        await system.Terminate().WaitAsync(Limits.Long);
    }

    [Fact]
    public async Task Cancelling_cancels_the_task()
    {
        using var source = new CancellationTokenSource();
        var silent = Sys.ActorOf(FuncActor.Of((_, _) => { }));
        var asked = silent.Ask("a", source.Token);
        await source.CancelAsync();
        await Assert.ThrowsAnyAsync<TaskCanceledException>(() => asked.WaitAsync(Limits.Long));
    }

    [Fact]
    public async Task Failure_answer_faults_with_the_cause_itself()
    {
        var cause = new InvalidOperationException("cause");
        var actor = Sys.ActorOf(FuncActor.Of((_, context) => context.Sender.Tell(new Status.Failure(cause), context.Self)));
        Assert.Same(cause, await Assert.ThrowsAsync<InvalidOperationException>(() => actor.Ask<string>("a", Limits.Long)));
    }

    [Fact]
    public async Task Failure_answer_to_an_ask_for_object_is_the_result()
    {
        var failure = new Status.Failure(new InvalidOperationException("cause"));
        var actor = Sys.ActorOf(FuncActor.Of((_, context) => context.Sender.Tell(failure, context.Self)));
        Assert.Same(failure, await actor.Ask<object>("a", Limits.Long));
        Assert.Same(failure, await actor.Ask<Status>("a", Limits.Long));
    }

    [Fact]
    public async Task Success_answer_is_not_unwrapped()
    {
        var success = new Status.Success("value");
        var actor = Sys.ActorOf(FuncActor.Of((_, context) => context.Sender.Tell(success, context.Self)));
        Assert.Same(success, await actor.Ask<object>("a", Limits.Long));
        await Assert.ThrowsAsync<ArgumentException>(() => actor.Ask<string>("a", Limits.Long));
    }

    [Fact]
    public async Task Answer_of_another_type_faults_naming_both_and_is_a_dead_letter()
    {
        Sys.EventStream.Subscribe(TestActor, typeof(DeadLetter));
        var echo = Sys.ActorOf(FuncActor.Echo());
        var error = await Assert.ThrowsAsync<ArgumentException>(() => echo.Ask<int>("text", Limits.Long));
        Assert.Contains("String", error.Message, StringComparison.Ordinal);
        Assert.Contains("Int32", error.Message, StringComparison.Ordinal);
        Assert.Equal("text", ExpectMsg<DeadLetter>().Message);
    }

    [Fact]
    public async Task Second_answer_is_a_dead_letter()
    {
        Sys.EventStream.Subscribe(TestActor, typeof(DeadLetter));
        var twice = Sys.ActorOf(FuncActor.Of((_, context) =>
        {
            context.Sender.Tell("first", context.Self);
            context.Sender.Tell("second", context.Self);
        }));
        Assert.Equal("first", await twice.Ask<string>("a", Limits.Long));
        Assert.Equal("second", ExpectMsg<DeadLetter>().Message);
    }

    [Fact]
    public async Task Dead_target_does_not_fail_fast()
    {
        var actor = Sys.ActorOf(FuncActor.Echo());
        Watch(actor);
        Sys.Stop(actor);
        ExpectTerminated(actor);
        Sys.EventStream.Subscribe(TestActor, typeof(DeadLetter));
        await Assert.ThrowsAsync<AskTimeoutException>(() => actor.Ask("a", Limits.Short));
        Assert.Equal("a", ExpectMsg<DeadLetter>().Message);
    }

    [Fact]
    public async Task Reply_address_is_temporary_and_can_be_forwarded()
    {
        var last = Sys.ActorOf(FuncActor.Of((_, context) => context.Sender.Tell(context.Sender.Path.Parent.Name, context.Self)));
        var first = Sys.ActorOf(FuncActor.Of((message, _) => last.Forward(message)));
        Assert.Equal("temp", await first.Ask<string>("a", Limits.Long));
    }

    [Fact]
    public async Task Continuation_does_not_run_in_the_answering_actor()
    {
        var echo = Sys.ActorOf(FuncActor.Echo());
        var continuesIn = await echo.Ask<string>("a", Limits.Long).ContinueWith(
            _ => ActorOfThisThread(),
            CancellationToken.None,
            TaskContinuationOptions.ExecuteSynchronously,
            TaskScheduler.Default);
        Assert.NotEqual(echo, continuesIn);
    }

    private static IActorRef? ActorOfThisThread()
    {
        IActorRef? found = null;
        _ = Record.Exception(() => found = Probe.SelfOfThisThread());
        return found;
    }

    private sealed class Probe : UntypedActor
    {
        public static IActorRef SelfOfThisThread() => Context.Self;

        protected override void OnReceive(object message)
        {
        }
    }
}
