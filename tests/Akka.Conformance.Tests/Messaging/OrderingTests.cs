using Akka.Actor;
using Akka.Configuration;

namespace Akka.Conformance.Tests.Messaging;

/// <summary>What is promised about order and delivery.</summary>
public sealed class OrderingTests : Akka.TestKit.Xunit2.TestKit
{
    [Theory]
    [InlineData(1)]
    [InlineData(30)]
    public async Task Each_senders_order_is_kept_under_load_and_nothing_is_lost_or_doubled(int throughput)
    {
        // Goal: no lost wake-up, whatever the interleaving. Method: many senders, one receiver that checks every number.
        const int senders = 8;
        const int messages = 20_000;
        var system = ActorSystem.Create("load", ConfigurationFactory.ParseString(
            $"akka.actor.default-dispatcher.throughput = {throughput}"));
        var done = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        var receiver = system.ActorOf(Props.Create(() => new Checking(senders, messages, done)));
        await Task.WhenAll(Enumerable.Range(0, senders).Select(sender => Task.Run(() =>
        {
            for (var number = 0; number < messages; number++)
                receiver.Tell((sender, number), ActorRefs.NoSender);
        })));
        Assert.Equal("all in order", await done.Task.WaitAsync(Limits.Long));
        await system.Terminate().WaitAsync(Limits.Long);
    }

    [Fact]
    public async Task Actors_that_talk_to_each_other_never_stall()
    {
        const int rounds = 50_000;
        var done = new TaskCompletionSource();
        var echo = Sys.ActorOf(FuncActor.Echo());
        var left = rounds;
        var ping = Sys.ActorOf(FuncActor.Of((message, context) =>
        {
            if (--left == 0)
                done.SetResult();
            else
                echo.Tell(message, context.Self);
        }));
        ping.Tell("ball");
        await done.Task.WaitAsync(Limits.Long);
    }

    [Fact]
    public async Task One_message_at_a_time_and_effects_are_seen_by_the_next()
    {
        var count = 0;
        var actor = Sys.ActorOf(FuncActor.Of((message, context) =>
        {
            if (message is "get")
                context.Sender.Tell(count, context.Self);
            else
                count++;
        }));
        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(() =>
        {
            for (var i = 0; i < 10_000; i++)
                actor.Tell("add", ActorRefs.NoSender);
        })));
        Assert.Equal(40_000, await actor.Ask<int>("get", Limits.Long));
    }

    [Fact]
    public void System_messages_overtake_user_messages()
    {
        using var gate = new ManualResetEventSlim();
        var actor = Sys.ActorOf(FuncActor.Of((message, context) =>
        {
            if (message is "wait")
                Assert.True(gate.Wait(Limits.Long));
            else
                context.Sender.Tell(message, context.Self);
        }));
        Watch(actor);
        actor.Tell("wait");
        actor.Tell("overtaken");
        this.StopForSure(actor);
        gate.Set();
        ExpectTerminated(actor);
    }

    [Fact]
    public void Local_delivery_passes_the_same_object()
    {
        var message = new object();
        Sys.ActorOf(FuncActor.Echo()).Tell(message);
        Assert.Same(message, ExpectMsg<object>());
    }

    private sealed class Checking : ReceiveActor
    {
        public Checking(int senders, int messages, TaskCompletionSource<string> done)
        {
            var next = new int[senders];
            var left = senders * messages;
            Receive<(int Sender, int Number)>(message =>
            {
                if (message.Number != next[message.Sender]++)
                    done.TrySetResult($"sender {message.Sender}: {message.Number} came instead of {next[message.Sender] - 1}");
                if (--left == 0)
                    done.TrySetResult("all in order");
            });
        }
    }
}
