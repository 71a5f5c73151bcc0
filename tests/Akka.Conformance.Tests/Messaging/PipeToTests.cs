using Akka.Actor;

namespace Akka.Conformance.Tests.Messaging;

/// <summary>Piping, stopping gracefully, ready-made answers.</summary>
public sealed class PipeToTests : Akka.TestKit.Xunit2.TestKit
{
    private static readonly InvalidOperationException Cause = new("cause");

    [Fact]
    public async Task Result_is_told_with_the_given_sender()
    {
        var probe = CreateTestProbe();
        await Task.FromResult("a").PipeTo(probe, TestActor);
        probe.ExpectMsgFrom(TestActor, "a");
        await Task.FromResult("a").PipeTo(probe, success: text => text + "!");
        probe.ExpectMsg("a!");
        await new ValueTask<string>("b").PipeTo(probe, TestActor);
        probe.ExpectMsg("b");
    }

    [Fact]
    public async Task Failed_task_tells_a_failure_unless_mapped()
    {
        await Task.FromException<string>(Cause).PipeTo(TestActor);
        Assert.Same(Cause, ExpectMsg<Status.Failure>().Cause);
        await Task.FromException<string>(Cause).PipeTo(TestActor, failure: cause => cause.Message);
        ExpectMsg("cause");
        await Task.FromException(Cause).PipeTo(TestActor);
        Assert.Same(Cause, ExpectMsg<Status.Failure>().Cause);
        await ValueTask.FromException(Cause).PipeTo(TestActor, failure: cause => cause.Message);
        ExpectMsg("cause");
        await ValueTask.FromException<int>(Cause).PipeTo(TestActor);
        ExpectMsg<Status.Failure>();
    }

    [Fact]
    public async Task Cancelled_task_tells_a_failure()
    {
        await Task.FromCanceled<string>(new CancellationToken(canceled: true)).PipeTo(TestActor);
        Assert.IsType<OperationCanceledException>(ExpectMsg<Status.Failure>().Cause, exactMatch: false);
    }

    [Fact]
    public async Task Task_without_a_result_tells_nothing_unless_mapped()
    {
        await Task.CompletedTask.PipeTo(TestActor);
        await ValueTask.CompletedTask.PipeTo(TestActor);
        await Task.CompletedTask.PipeTo(TestActor, success: () => "done");
        ExpectMsg("done");
        await ValueTask.CompletedTask.PipeTo(TestActor, success: () => "done too");
        ExpectMsg("done too");
    }

    [Fact]
    public void Piped_message_arrives_as_any_other()
    {
        var gate = new TaskCompletionSource<string>();
        var actor = Sys.ActorOf(FuncActor.Of((message, context) =>
        {
            if (message is "pipe")
                _ = gate.Task.PipeTo(context.Self, context.Sender);
            else
                context.Sender.Tell(message, context.Self);
        }));
        actor.Tell("pipe");
        actor.Tell("meanwhile");
        ExpectMsg("meanwhile");
        gate.SetResult("piped");
        ExpectMsg("piped");
    }

    [Fact]
    public async Task GracefulStop_is_true_once_the_target_has_ended_and_also_when_it_already_had()
    {
        var actor = Sys.ActorOf(FuncActor.Echo());
        Assert.True(await actor.GracefulStop(Limits.Long));
        Assert.True(await actor.GracefulStop(Limits.Long));
    }

    [Fact]
    public async Task GracefulStop_is_false_when_time_runs_out()
    {
        var actor = Sys.ActorOf(FuncActor.Echo());
        Assert.False(await actor.GracefulStop(Limits.Short, "not a reason to stop"));
    }

    [Fact]
    public async Task GracefulStop_takes_another_stop_message()
    {
        var actor = Sys.ActorOf(FuncActor.Of((message, context) =>
        {
            if (message is "leave")
                context.Stop(context.Self);
        }));
        Assert.True(await actor.GracefulStop(Limits.Long, "leave"));
    }

    [Fact]
    public async Task WatchAsync_is_true_at_the_end_and_false_when_cancelled()
    {
        var actor = Sys.ActorOf(FuncActor.Echo());
        using var source = new CancellationTokenSource();
        var cancelled = actor.WatchAsync(source.Token);
        var ended = actor.WatchAsync();
        await source.CancelAsync();
        Assert.False(await cancelled.WaitAsync(Limits.Long));
        Sys.Stop(actor);
        Assert.True(await ended.WaitAsync(Limits.Long));
    }

    [Fact]
    public void Status_carries_value_cause_and_state()
    {
        Assert.Equal("value", new Status.Success("value").Status);
        Assert.Null(Status.Success.Instance.Status);
        var failure = new Status.Failure(Cause, "state");
        Assert.Same(Cause, failure.Cause);
        Assert.Equal("state", failure.State);
        Assert.Null(new Status.Failure(Cause).State);
    }
}
