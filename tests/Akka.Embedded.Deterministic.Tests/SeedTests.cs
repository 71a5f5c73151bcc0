using System.Diagnostics;
using System.Globalization;
using Akka.Actor;
using Akka.Deterministic;

namespace Akka.Embedded.Deterministic.Tests;

/// <summary>The seed, and nothing else, decides what happens.</summary>
public sealed class SeedTests
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    [Fact]
    public void Same_seed_gives_the_same_trace()
    {
        for (var seed = 0UL; seed < 50; seed++)
        {
            var (first, second) = (BusyDay(seed), BusyDay(seed));
            Assert.Equal(first.Trace, second.Trace);
            Assert.Equal(first.TraceHash, second.TraceHash);
        }
    }

    [Fact]
    public void Trace_hash_of_a_seed_is_the_same_in_every_process()
    {
        // Goal: no hash code, clock or random id of a process gets into the trace.
        // Method: this assembly is an executable too, which prints the hash. Hash codes of strings differ between processes.
        var here = BusyDay(42).TraceHash;

        foreach (var _ in Enumerable.Range(0, 3))
            Assert.Equal(here, HashInNewProcess(42));
    }

    [Fact]
    public void Different_seeds_give_different_orders()
    {
        var hashes = new HashSet<string>();
        for (var seed = 0UL; seed < 20; seed++)
            hashes.Add(BusyDay(seed).TraceHash);

        Assert.True(hashes.Count > 15, $"{hashes.Count} different traces of 20 seeds");
    }

    [Fact]
    public void Every_order_of_two_senders_is_met_by_some_seed_and_none_reorders_one_sender()
    {
        var orders = new HashSet<string>();
        for (var seed = 0UL; seed < 100; seed++)
        {
            using var system = DeterministicSystem.Create("test", seed);
            var seen = new List<object>();
            var target = system.System.ActorOf(FuncActor.Into(seen), "target");
            foreach (var name in (string[])["a", "b"])
            {
                var sender = system.System.ActorOf(FuncActor.Of((_, _) =>
                {
                    target.Tell(name + "1");
                    target.Tell(name + "2");
                }));
                sender.Tell("go");
            }
            system.RunUntilIdle();
            Assert.True(seen.IndexOf("a1") < seen.IndexOf("a2") && seen.IndexOf("b1") < seen.IndexOf("b2"));
            orders.Add(string.Join(' ', seen));
        }

        // Each sender tells both in one turn, so theirs are not torn apart.
        Assert.Equal(["a1 a2 b1 b2", "b1 b2 a1 a2"], orders.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Timers_of_the_same_moment_fire_in_an_order_of_the_seed()
    {
        var orders = new HashSet<string>();
        for (var seed = 0UL; seed < 200; seed++)
        {
            using var system = DeterministicSystem.Create("test", seed);
            var seen = new List<object>();
            var target = system.System.ActorOf(FuncActor.Into(seen), "target");
            foreach (var name in (string[])["a", "b", "c"])
                system.System.Scheduler.ScheduleTellOnce(Second, target, name, ActorRefs.NoSender);
            system.RunFor(Second - TimeSpan.FromTicks(1));
            Assert.Empty(seen);
            system.RunFor(TimeSpan.FromTicks(1));
            orders.Add(string.Concat(seen));
        }

        Assert.Equal(["abc", "acb", "bac", "bca", "cab", "cba"], orders.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Results_piped_by_tasks_that_end_together_arrive_in_an_order_of_the_seed()
    {
        var orders = new HashSet<string>();
        for (var seed = 0UL; seed < 200; seed++)
        {
            using var system = DeterministicSystem.Create("test", seed);
            var seen = new List<object>();
            var sources = new[] { new TaskCompletionSource<string>(), new(), new() };
            system.System.ActorOf(FuncActor.Of((message, context) =>
            {
                seen.Add(message);
                if (message is "go")
                {
                    foreach (var source in sources)
                        _ = source.Task.PipeTo(context.Self);
                }
            })).Tell("go");
            system.RunUntilIdle();
            foreach (var (source, name) in sources.Zip((string[])["a", "b", "c"]))
                source.SetResult(name);
            system.RunUntilIdle();
            orders.Add(string.Concat(seen));
        }

        Assert.Equal(["goabc", "goacb", "gobac", "gobca", "gocab", "gocba"], orders.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Choices_of_a_run_take_the_same_way_again()
    {
        var original = BusyDay(7);

        using var again = DeterministicSystem.Replay("test", original.Choices);
        Play(again);

        Assert.Equal(original.TraceHash, again.TraceHash);
    }

    [Fact]
    public void Choices_of_another_scenario_are_refused()
    {
        using var system = DeterministicSystem.Replay("test", [5]);
        foreach (var _ in Enumerable.Range(0, 2))
            system.System.ActorOf(FuncActor.Echo());

        var error = Assert.Throws<InvalidOperationException>(system.RunUntilIdle);

        Assert.Contains("of another scenario", error.Message, StringComparison.Ordinal);
    }

    private static string HashInNewProcess(ulong seed)
    {
        var start = new ProcessStartInfo("dotnet") { RedirectStandardOutput = true, UseShellExecute = false };
        start.ArgumentList.Add(typeof(SeedTests).Assembly.Location);
        start.ArgumentList.Add(seed.ToString(CultureInfo.InvariantCulture));
        using var process = Process.Start(start)!;
        var printed = process.StandardOutput.ReadToEnd().Trim();
        process.WaitForExit();
        return printed;
    }

    internal static DeterministicSystem BusyDay(ulong seed)
    {
        var system = DeterministicSystem.Create("test", seed);
        Play(system);
        return system;
    }

    /// <summary>A bit of everything: asks, timers, pipes, failures, watches, stops, publishing.</summary>
    private static void Play(DeterministicSystem system)
    {
        var sys = system.System;
        var log = new List<object>();
        var sink = sys.ActorOf(FuncActor.Into(log), "sink");
        for (var i = 0; i < 3; i++)
        {
            var number = i;
            var actor = sys.ActorOf(FuncActor.Of((message, context) => Work(message, context, sink, number)), $"worker{i}");
            sys.EventStream.Subscribe(actor, typeof(string));
            actor.Tell("start");
        }
        sys.EventStream.Publish("news");
        system.RunFor(TimeSpan.FromSeconds(10));
        system.Await(sys.Terminate(), TimeSpan.FromSeconds(10));
    }

    private static void Work(object message, IUntypedActorContext context, IActorRef sink, int number)
    {
        sink.Tell($"{number} {message.GetType().Name}");
        switch (message)
        {
            case "start":
                var child = context.ActorOf(FuncActor.Echo(), "child");
                context.Watch(child);
                _ = child.Ask<string>("echo", TimeSpan.FromSeconds(1)).PipeTo(context.Self, success: answer => answer.Length);
                context.System.Scheduler.ScheduleTellOnce(TimeSpan.FromSeconds(1), context.Self, 1.5, context.Self);
                child.Tell(PoisonPill.Instance);
                break;
            case 1.5:
                throw new InvalidOperationException("planned");
        }
    }
}
