using Akka.Actor;
using Akka.Configuration;

namespace Akka.Conformance.Tests.Lifecycle;

/// <summary>What <c>akka.coordinated-shutdown</c> changes.</summary>
public sealed class CoordinatedShutdownConfigurationTests
{
    private readonly List<string> _trace = [];

    [Fact]
    public async Task Own_phase_runs_after_those_it_depends_on_and_before_those_that_depend_on_it()
    {
        using var system = Create("""
            phases {
              drain { depends-on = [service-unbind], timeout = 3s }
              service-requests-done.depends-on = [drain]
            }
            """);
        var shutdown = CoordinatedShutdown.Get(system);
        foreach (var phase in new[] { "service-requests-done", "drain", "service-unbind" })
            shutdown.AddTask(phase, "trace", Traced(phase));
        Assert.Equal(TimeSpan.FromSeconds(3), shutdown.Timeout("drain"));

        await system.Terminate().WaitAsync(Limits.Long);

        Assert.Equal(["service-unbind", "drain", "service-requests-done"], _trace);
    }

    [Fact]
    public void Phases_that_depend_on_one_another_are_rejected()
    {
        var thrown = Assert.ThrowsAny<ArgumentException>(() => CoordinatedShutdown.Get(Create("""
            run-by-actor-system-terminate = off
            phases {
              chicken.depends-on = [egg]
              egg.depends-on = [chicken]
            }
            """)));
        Assert.Contains("Cycle", thrown.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Default_timeout_is_for_phases_that_state_none()
    {
        using var system = Create("default-phase-timeout = 7s\nphases.service-stop.timeout = 1s");
        var shutdown = CoordinatedShutdown.Get(system);
        Assert.Equal(TimeSpan.FromSeconds(7), shutdown.Timeout(CoordinatedShutdown.PhaseServiceUnbind));
        Assert.Equal(TimeSpan.FromSeconds(1), shutdown.Timeout(CoordinatedShutdown.PhaseServiceStop));
        Assert.Equal(TimeSpan.FromSeconds(10), shutdown.Timeout(CoordinatedShutdown.PhaseActorSystemTerminate));
        await system.Terminate().WaitAsync(Limits.Long);
    }

    [Fact]
    public async Task Phase_without_recovery_ends_the_run_with_what_its_task_threw()
    {
        using var system = CreateDirect("phases.service-stop.recover = off");
        var shutdown = CoordinatedShutdown.Get(system);
        var failure = new InvalidOperationException("no disk");
        shutdown.AddTask(CoordinatedShutdown.PhaseServiceStop, "fails", () => Task.FromException<Done>(failure));
        shutdown.AddTask(CoordinatedShutdown.PhaseBeforeClusterShutdown, "next", Traced("never"));

        var thrown = await Assert.ThrowsAnyAsync<Exception>(
            () => shutdown.Run(CoordinatedShutdown.UnknownReason.Instance).WaitAsync(Limits.Long));

        Assert.Same(failure, thrown.GetBaseException());
        Assert.Empty(_trace);
        Assert.False(system.WhenTerminated.IsCompleted);
        await system.Terminate().WaitAsync(Limits.Long);
    }

    [Fact]
    public async Task Phase_without_recovery_ends_the_run_when_it_is_late()
    {
        using var system = CreateDirect("phases.service-stop { recover = off, timeout = 30ms }");
        var shutdown = CoordinatedShutdown.Get(system);
        shutdown.AddTask(CoordinatedShutdown.PhaseServiceStop, "hangs", () => new TaskCompletionSource<Done>().Task);
        shutdown.AddTask(CoordinatedShutdown.PhaseBeforeClusterShutdown, "next", Traced("never"));

        var thrown = await Assert.ThrowsAnyAsync<Exception>(
            () => shutdown.Run(CoordinatedShutdown.UnknownReason.Instance).WaitAsync(Limits.Long));

        var cause = Assert.IsType<TimeoutException>(thrown.GetBaseException());
        Assert.Contains("service-stop", cause.Message, StringComparison.Ordinal);
        Assert.Empty(_trace);
        await system.Terminate().WaitAsync(Limits.Long);
    }

    [Fact]
    public async Task Terminate_without_coordination_stops_the_actors_and_runs_no_task()
    {
        using var system = Create("run-by-actor-system-terminate = off");
        CoordinatedShutdown.Get(system).AddTask(CoordinatedShutdown.PhaseServiceStop, "trace", Traced("never"));

        await system.Terminate().WaitAsync(Limits.Long);

        Assert.Empty(_trace);
        Assert.Null(CoordinatedShutdown.Get(system).ShutdownReason);
    }

    [Fact]
    public async Task Run_leaves_the_system_alive_when_it_is_not_to_terminate_it()
    {
        using var system = CreateDirect("terminate-actor-system = off");
        var shutdown = CoordinatedShutdown.Get(system);
        shutdown.AddTask(CoordinatedShutdown.PhaseActorSystemTerminate, "last", Traced("last"));

        await shutdown.Run(CoordinatedShutdown.UnknownReason.Instance).WaitAsync(Limits.Long);

        Assert.Equal(["last"], _trace);
        Assert.Equal("alive", await system.ActorOf(FuncActor.Echo()).Ask<string>("alive", Limits.Long));
        await system.Terminate().WaitAsync(Limits.Long);
    }

    [Fact]
    public void Terminate_by_a_shutdown_that_does_not_terminate_is_refused_at_start()
        => Assert.Throws<ConfigurationException>(() => Create("terminate-actor-system = off"));

    private static ActorSystem Create(string shutdown) => ActorSystem.Create(
        "ending",
        ConfigurationFactory.ParseString($"akka.coordinated-shutdown {{\n{shutdown}\n}}\nakka.loglevel = OFF"));

    /// <summary>A system whose Terminate is not part of what is tested.</summary>
    private static ActorSystem CreateDirect(string shutdown)
        => Create($"run-by-actor-system-terminate = off\n{shutdown}");

    private Func<Task<Done>> Traced(string what) => () =>
    {
        _trace.Add(what);
        return Task.FromResult(Done.Instance);
    };
}
