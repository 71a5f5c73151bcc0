using System.Globalization;
using Akka.Actor;
using Akka.Configuration;

namespace PropolisActors.Benchmarks.Actors;

/// <summary>What the actor machinery costs: telling, answering, asking, making. The same code under either provider.</summary>
/// <remarks>A plain harness, because an operation involves several threads and the figure is operations a second.</remarks>
internal static class ActorBenchmarks
{
    private const int InFlight = 100;

    private static readonly Config Quiet = ConfigurationFactory.ParseString("akka { loggers = [], stdout-loglevel = OFF }");

    /// <summary>Runs those whose name contains one of the words, or all.</summary>
    public static int Run(IReadOnlyList<string> words)
    {
        Write($"provider {typeof(ActorSystem).Assembly.GetName().Name}, {Environment.ProcessorCount} processors, " +
            $"medians of {Round.Count} rounds");
        Write($"{"",-28} {"per second",12} {"target",12} {"cpu ns/op",10} {"bytes/op",9} {"target",7} {"Akka.NET",24}");
        var akkaNet = AkkaNetFigures.Read();
        using var system = ActorSystem.Create("bench", Quiet);
        foreach (var (name, measure) in All(system))
        {
            if (words.Count > 0 && !words.Any(word => name.Contains(word, StringComparison.OrdinalIgnoreCase)))
                continue;
            var m = measure(name);
            Write($"{m.Name,-28} {m.PerSecond,12:N0} {m.TargetPerSecond,12:N0} {m.CpuNanoseconds,10:N0} {m.Bytes,9:N0} " +
                $"{(m.TargetBytes > 0 ? m.TargetBytes.ToString("N0", CultureInfo.InvariantCulture) : ""),7} " +
                $"{akkaNet.Of(m.Name),24}");
        }
        return 0;
    }

    private static IEnumerable<(string Name, Func<string, Measurement> Measure)> All(ActorSystem system)
    {
        yield return ("tell, one to one", name => Round.Measure(name, 5_000_000, 10_000_000, 0, n => Tell(system, n)));
        yield return ("ping-pong, 100 in flight", name => Round.Measure(name, 2_000_000, 3_000_000, 0, n => PingPong(system, n)));
        yield return ("ask, one after another", name => Round.Measure(name, 200_000, 300_000, 900, n => Ask(system, n)));
        yield return ("spawn", name => Round.Measure(name, 50_000, 100_000, 1536, n => Spawn(system, n)));
    }

    /// <summary>A plain thread tells one actor as fast as it can; until the last message is handled.</summary>
    private static async Task Tell(ActorSystem system, int messages)
    {
        var done = new TaskCompletionSource();
        var counter = system.ActorOf(Props.Create(() => new Counter(messages, done)));
        var message = new object();
        for (var i = 0; i < messages; i++)
            counter.Tell(message, ActorRefs.NoSender);
        await done.Task;
        system.Stop(counter);
    }

    /// <summary>Two actors answer each other, a hundred messages under way at any time. Both ways count.</summary>
    private static async Task PingPong(ActorSystem system, int messages)
    {
        var done = new TaskCompletionSource();
        var pong = system.ActorOf(Props.Create(() => new Echo()));
        var ping = system.ActorOf(Props.Create(() => new Pinger(pong, messages / 2, done)));
        ping.Tell(InFlight, ActorRefs.NoSender);
        await done.Task;
        system.Stop(ping);
        system.Stop(pong);
    }

    private static async Task Ask(ActorSystem system, int asks)
    {
        var echo = system.ActorOf(Props.Create(() => new Echo()));
        var message = new object();
        await Task.Run(async () =>
        {
            for (var i = 0; i < asks; i++)
                await echo.Ask<object>(message).ConfigureAwait(false);
        });
        system.Stop(echo);
    }

    /// <summary>A parent makes that many children, which count themselves in when they have started.</summary>
    private static async Task Spawn(ActorSystem system, int actors)
    {
        var done = new TaskCompletionSource();
        var parent = system.ActorOf(Props.Create(() => new Parent(actors, done)));
        parent.Tell("go", ActorRefs.NoSender);
        await done.Task;
        // The children's end belongs to no one's figure, so it must not reach into the next round.
        await parent.GracefulStop(TimeSpan.FromMinutes(1));
    }

    private static void Write(string line) => Console.Out.WriteLine(line);

    private sealed class Counter(int awaited, TaskCompletionSource done) : UntypedActor
    {
        private int _count;

        protected override void OnReceive(object message)
        {
            if (++_count == awaited)
                done.SetResult();
        }
    }

    private sealed class Echo : UntypedActor
    {
        protected override void OnReceive(object message) => Sender.Tell(message, Self);
    }

    private sealed class Pinger(IActorRef other, int rounds, TaskCompletionSource done) : UntypedActor
    {
        private static readonly object Ping = new();
        private int _sent;
        private int _answered;

        protected override void OnReceive(object message)
        {
            if (message is int inFlight)
            {
                for (; _sent < inFlight; _sent++)
                    other.Tell(Ping, Self);
                return;
            }
            if (++_answered == rounds)
                done.SetResult();
            else if (_sent++ < rounds)
                other.Tell(Ping, Self);
        }
    }

    private sealed class Parent(int children, TaskCompletionSource done) : UntypedActor
    {
        private int _started;

        protected override void OnReceive(object message)
        {
            if (message is "go")
            {
                var props = Props.Create(() => new Child(Self));
                for (var i = 0; i < children; i++)
                    Context.ActorOf(props);
            }
            else if (++_started == children)
            {
                done.SetResult();
            }
        }
    }

    private sealed class Child(IActorRef parent) : UntypedActor
    {
        private static readonly object Started = new();

        protected override void PreStart() => parent.Tell(Started, ActorRefs.NoSender);

        protected override void OnReceive(object message)
        {
        }
    }
}
