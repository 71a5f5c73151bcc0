// What Lifecycle/ProcessEndTests runs as a process of its own: one system with one actor and one shutdown task.
//
//   exit HOCON       returns from the main thread with exit code 7 while the system lives
//   terminate HOCON  terminates the system, waits for that, and returns with exit code 5

using Akka.Actor;
using Akka.Configuration;

namespace Akka.Conformance.Tests;

internal static class Program
{
    private static async Task<int> Main(string[] args)
    {
        var system = ActorSystem.Create("process", ConfigurationFactory.ParseString(
            $"akka {{ loglevel = OFF, stdout-loglevel = OFF\ncoordinated-shutdown {{\n{args[1]}\n}} }}"));
        var actor = system.ActorOf(Props.Create(() => new TellsStop()));
        await actor.Ask<ActorIdentity>(new Identify(1), Limits.Long);
        var shutdown = CoordinatedShutdown.Get(system);
        shutdown.AddTask(CoordinatedShutdown.PhaseServiceStop, "tells", () =>
        {
            Console.WriteLine($"task {shutdown.ShutdownReason.GetType().Name}");
            return Task.FromResult(Done.Instance);
        });
        if (args[0] == "exit")
            return 7;
        await system.Terminate();
        return 5;
    }

    private sealed class TellsStop : ReceiveActor
    {
        protected override void PostStop() => Console.WriteLine("stopped");
    }
}
