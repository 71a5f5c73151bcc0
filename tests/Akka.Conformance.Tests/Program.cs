// What Lifecycle/ProcessEndTests runs as a process of its own: one system with one actor and one shutdown task.
//
//   exit HOCON       returns from the main thread with exit code 7 while the system lives
//   terminate HOCON  terminates the system, waits for that, and returns with exit code 5
//   host HOCON       has the system in a host, ends it as a cluster does that gave the node up, and waits for the host

using Akka.Actor;
using Akka.Configuration;
using Akka.Hosting;
using Microsoft.Extensions.Hosting;

namespace Akka.Conformance.Tests;

internal static class Program
{
    private static async Task<int> Main(string[] args)
    {
        var config = ConfigurationFactory.ParseString(
            $"akka {{ loglevel = OFF, stdout-loglevel = OFF\ncoordinated-shutdown {{\n{args[1]}\n}} }}");
        switch (args[0])
        {
            case "exit":
                await PrepareAsync(ActorSystem.Create("process", config));
                return 7;
            case "terminate":
                var system = ActorSystem.Create("process", config);
                await PrepareAsync(system);
                await system.Terminate();
                return 5;
            default:
                await RunHostAsync(config);
                return Environment.ExitCode;
        }
    }

    private static async Task RunHostAsync(Config config)
    {
        using var host = new HostBuilder()
            .ConfigureServices(services => services.AddAkka("process", akka => akka
                .AddHocon(config, HoconAddMode.Prepend)
                .AddStartup(async (system, registry) =>
                {
                    await PrepareAsync(system);
                    _ = CoordinatedShutdown.Get(system).Run(CoordinatedShutdown.ClusterDowningReason.Instance);
                })))
            .Build();
        await host.RunAsync();
    }

    private static async Task PrepareAsync(ActorSystem system)
    {
        var actor = system.ActorOf(Props.Create(() => new TellsStop()));
        await actor.Ask<ActorIdentity>(new Identify(1), Limits.Long);
        var shutdown = CoordinatedShutdown.Get(system);
        shutdown.AddTask(CoordinatedShutdown.PhaseServiceStop, "tells", () =>
        {
            Console.WriteLine($"task {shutdown.ShutdownReason.GetType().Name}");
            return Task.FromResult(Done.Instance);
        });
    }

    private sealed class TellsStop : ReceiveActor
    {
        protected override void PostStop() => Console.WriteLine("stopped");
    }
}
