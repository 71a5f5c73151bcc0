using Akka.Actor;
using Akka.DependencyInjection;
using Akka.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Akka.Conformance.Tests;

public sealed class HostingLifecycleTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task Starters_run_in_order_each_awaited_and_startups_after_all_of_them()
    {
        var trace = new List<string>();
        using var host = HostWith(akka =>
        {
            akka.AddStartup((_, _) => trace.Add("startup 1"));
            akka.WithActors((_, _) => trace.Add("plain"));
            akka.WithActors(async (_, _) =>
            {
                await Task.Yield();
                trace.Add("awaited");
            });
            akka.WithActors((_, _, _) => trace.Add("resolver"));
            akka.AddStartup(async (_, _) =>
            {
                await Task.Yield();
                trace.Add("startup 2");
            });
            akka.WithActors(async (_, _, _) =>
            {
                await Task.Yield();
                trace.Add("awaited resolver");
            });
        });

        await host.StartAsync().WaitAsync(Patience);

        Assert.Equal(["plain", "awaited", "resolver", "awaited resolver", "startup 1", "startup 2"], trace);
        await host.StopAsync().WaitAsync(Patience);
    }

    [Fact]
    public async Task Starters_are_handed_the_system_its_registry_and_its_resolver()
    {
        (ActorSystem System, IActorRegistry Registry, IDependencyResolver Resolver)? seen = null;
        using var host = HostWith(akka => akka.WithActors((system, registry, resolver) => seen = (system, registry, resolver)));

        await host.StartAsync().WaitAsync(Patience);

        Assert.NotNull(seen);
        Assert.Same(host.Services.GetRequiredService<ActorSystem>(), seen.Value.System);
        Assert.Same(host.Services.GetRequiredService<ActorRegistry>(), seen.Value.Registry);
        Assert.Same(host.Services.GetRequiredService<IActorRegistry>(), seen.Value.Registry);
        Assert.Same(host.Services.GetRequiredService<IReadOnlyActorRegistry>(), seen.Value.Registry);
        Assert.NotNull(seen.Value.Resolver.GetService<IHostApplicationLifetime>());
        await host.StopAsync().WaitAsync(Patience);
    }

    [Fact]
    public async Task The_builder_runs_once_and_sees_the_container()
    {
        var runs = 0;
        using var host = new HostBuilder()
            .ConfigureServices(services => services.AddSingleton("from container")
                .AddAkka("hosted", (akka, provider) =>
                {
                    runs++;
                    akka.AddHocon($"greeting = \"{provider.GetRequiredService<string>()}\"", HoconAddMode.Prepend);
                }))
            .Build();

        Assert.Equal(0, runs);
        var system = host.Services.GetRequiredService<ActorSystem>();
        await host.StartAsync().WaitAsync(Patience);

        Assert.Equal(1, runs);
        Assert.Equal("hosted", system.Name);
        Assert.Equal("from container", system.Settings.Config.GetString("greeting"));
        await host.StopAsync().WaitAsync(Patience);
    }

    [Fact]
    public async Task A_failing_starter_fails_the_host_and_ends_the_system()
    {
        var failure = new InvalidOperationException("no disk");
        var laterRan = false;
        using var host = HostWith(akka =>
        {
            akka.WithActors((ActorSystem _, IActorRegistry _) => throw failure);
            akka.WithActors((_, _) => laterRan = true);
            akka.AddStartup((_, _) => laterRan = true);
        });
        var system = host.Services.GetRequiredService<ActorSystem>();

        var thrown = await Assert.ThrowsAnyAsync<Exception>(() => host.StartAsync().WaitAsync(Patience));

        Assert.Same(failure, thrown);
        Assert.False(laterRan);
        await system.WhenTerminated.WaitAsync(Patience);
    }

    [Fact]
    public async Task Stopping_the_host_stops_the_actors_before_it_is_stopped()
    {
        var stopped = new TaskCompletionSource();
        using var host = HostWith(akka => akka.WithActors(
            (system, _) => system.ActorOf(Props.Create(() => new TellsWhenStopped(stopped)), "a")));
        await host.StartAsync().WaitAsync(Patience);
        var system = host.Services.GetRequiredService<ActorSystem>();
        Assert.False(system.WhenTerminated.IsCompleted);

        await host.StopAsync().WaitAsync(Patience);

        Assert.True(system.WhenTerminated.IsCompleted);
        Assert.True(stopped.Task.IsCompleted);
    }

    [Fact]
    public async Task Stopping_the_host_runs_the_phases_of_the_shutdown_for_the_reason_of_an_exit()
    {
        var trace = new List<string>();
        using var host = HostWith(akka => akka.AddStartup((system, _) =>
        {
            foreach (var phase in new[] { "before-actor-system-terminate", "before-service-unbind" })
            {
                CoordinatedShutdown.Get(system).AddTask(phase, "trace", () =>
                {
                    trace.Add(phase);
                    return Task.FromResult(Done.Instance);
                });
            }
        }));
        await host.StartAsync().WaitAsync(Patience);
        var shutdown = CoordinatedShutdown.Get(host.Services.GetRequiredService<ActorSystem>());

        await host.StopAsync().WaitAsync(Patience);

        Assert.Equal(["before-service-unbind", "before-actor-system-terminate"], trace);
        Assert.IsType<CoordinatedShutdown.ClrExitReason>(shutdown.ShutdownReason);
    }

    [Fact]
    public async Task A_system_that_ends_by_itself_stops_the_host()
    {
        using var host = HostWith(_ => { });
        var run = host.RunAsync();
        var lifetime = host.Services.GetRequiredService<IHostApplicationLifetime>();
        var started = new TaskCompletionSource();
        using var registration = lifetime.ApplicationStarted.Register(started.SetResult);
        await started.Task.WaitAsync(Patience);

        _ = host.Services.GetRequiredService<ActorSystem>().Terminate();

        await run.WaitAsync(Patience);
        Assert.True(lifetime.ApplicationStopped.IsCancellationRequested);
    }

    [Fact]
    public async Task A_host_that_never_started_can_be_disposed_of()
    {
        var host = HostWith(_ => { });
        var system = host.Services.GetRequiredService<ActorSystem>();

        await Task.Run(host.Dispose).WaitAsync(Patience);

        await system.WhenTerminated.WaitAsync(Patience);
    }

    private static IHost HostWith(Action<AkkaConfigurationBuilder> akka) =>
        new HostBuilder().ConfigureServices(services => services.AddAkka("hosted", akka)).Build();

    private sealed class TellsWhenStopped(TaskCompletionSource stopped) : ReceiveActor
    {
        protected override void PostStop() => stopped.SetResult();
    }
}
