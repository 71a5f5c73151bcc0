using Akka.Actor;
using Akka.Deterministic;

namespace Akka.Embedded.Deterministic.Tests;

/// <summary>Tasks end on the loop, and work that leaves it is named.</summary>
public sealed class AsyncTests
{
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);

    [Fact]
    public void Asynchronous_handler_waits_in_virtual_time_and_keeps_its_actor()
    {
        using var system = DeterministicSystem.Create("test", 1);
        var actor = system.System.ActorOf(Props.Create(() => new Sleeper(system.Time)), "sleeper");

        var answers = new[] { actor.Ask<string>("a"), actor.Ask<string>("b") };
        system.RunUntilIdle();
        Assert.All(answers, answer => Assert.False(answer.IsCompleted));

        Assert.Equal("a after 01:00:00", system.Await(answers[0], Hour));
        Assert.Equal("b after 02:00:00", system.Await(answers[1], Hour));
    }

    [Fact]
    public void Ask_without_answer_times_out_in_virtual_time()
    {
        using var system = DeterministicSystem.Create("test", 1);
        var mute = system.System.ActorOf(FuncActor.Of((_, _) => { }));

        var answer = mute.Ask<string>("a", Hour);
        system.RunFor(Hour - TimeSpan.FromTicks(1));
        Assert.False(answer.IsCompleted);
        system.RunFor(TimeSpan.FromTicks(1));

        Assert.IsType<AskTimeoutException>(answer.Exception?.InnerException);
    }

    [Fact]
    public void Await_outside_of_actors_goes_on_in_the_loop()
    {
        using var system = DeterministicSystem.Create("test", 1);
        var echo = system.System.ActorOf(FuncActor.Echo());

        Assert.Equal("ab", system.Await(AskTwice(), TimeSpan.Zero));

        async Task<string> AskTwice()
        {
            var a = await echo.Ask<string>("a").ConfigureAwait(false);

            return a + await echo.Ask<string>("b").ConfigureAwait(false);
        }
    }

    [Fact]
    public void Graceful_stop_and_resolving_a_selection_end_in_the_loop()
    {
        using var system = DeterministicSystem.Create("test", 1);
        var echo = system.System.ActorOf(FuncActor.Echo(), "echo");

        Assert.Equal(echo, system.Await(system.System.ActorSelection("/user/echo").ResolveOne(Hour), Hour));
        Assert.True(system.Await(echo.GracefulStop(Hour), Hour));
        Assert.Equal(TimeSpan.Zero, system.Elapsed);
    }

    [Fact]
    public void Message_told_by_another_thread_is_an_error_that_names_it()
    {
        using var system = DeterministicSystem.Create("test", 1);
        var echo = system.System.ActorOf(FuncActor.Echo(), "echo");
        system.RunUntilIdle();

        var other = new Thread(() => echo.Tell("escaped"));
        other.Start();
        other.Join();

        var error = Assert.Throws<EscapedWorkException>(system.RunUntilIdle);
        Assert.Contains("String was sent to /user/echo", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Piped_task_that_ends_on_another_thread_is_an_error()
    {
        using var system = DeterministicSystem.Create("test", 1);
        var source = new TaskCompletionSource<string>();
        var echo = system.System.ActorOf(FuncActor.Echo(), "echo");
        _ = source.Task.PipeTo(echo);

        var other = new Thread(() => source.SetResult("escaped"));
        other.Start();
        other.Join();

        Assert.Contains("pipe result", Assert.Throws<EscapedWorkException>(system.RunUntilIdle).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Actors_that_never_come_to_rest_are_an_error()
    {
        var exploration = ScheduleExplorer.Explore(
            system =>
            {
                system.TellConcurrently(
                    system.System.ActorOf(FuncActor.Of((message, context) => context.Self.Tell(message))), "again");
                return () => { };
            },
            ExplorationLimits.Default with { StepsMax = 100 });

        Assert.Equal("No end after 100 steps.", exploration.Failure?.Cause.Message);
    }

    [Fact]
    public void Step_cannot_run_the_loop_it_is_part_of()
    {
        using var system = DeterministicSystem.Create("test", 1);
        Exception? thrown = null;
        system.System.ActorOf(FuncActor.Of((_, _) => thrown = Record.Exception(system.RunUntilIdle))).Tell("go");

        system.RunUntilIdle();

        Assert.IsType<InvalidOperationException>(thrown);
    }

    private sealed class Sleeper : ReceiveActor
    {
        public Sleeper(TimeProvider time) => ReceiveAsync<string>(async message =>
        {
            var asker = Sender;
            await Task.Delay(Hour, time);
            Assert.Equal(asker, Sender);
            Sender.Tell($"{message} after {time.GetUtcNow() - DateTimeOffset.UnixEpoch}", Self);
        });
    }
}
