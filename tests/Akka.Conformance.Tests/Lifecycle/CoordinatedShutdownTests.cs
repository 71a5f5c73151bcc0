using Akka.Actor;
using Akka.Configuration;
using Akka.TestKit;

namespace Akka.Conformance.Tests.Lifecycle;

/// <summary>The ordered end of a system.</summary>
public sealed class CoordinatedShutdownTests : Akka.TestKit.Xunit2.TestKit
{
    private static readonly string[] Phases =
    [
        CoordinatedShutdown.PhaseBeforeServiceUnbind,
        CoordinatedShutdown.PhaseServiceUnbind,
        CoordinatedShutdown.PhaseServiceRequestsDone,
        CoordinatedShutdown.PhaseServiceStop,
        CoordinatedShutdown.PhaseBeforeClusterShutdown,
        CoordinatedShutdown.PhaseClusterShardingShutdownRegion,
        CoordinatedShutdown.PhaseClusterLeave,
        CoordinatedShutdown.PhaseClusterExiting,
        CoordinatedShutdown.PhaseClusterExitingDone,
        CoordinatedShutdown.PhaseClusterShutdown,
        CoordinatedShutdown.PhaseBeforeActorSystemTerminate,
        CoordinatedShutdown.PhaseActorSystemTerminate,
    ];

    private readonly List<string> _trace = [];

    public CoordinatedShutdownTests()
        : base(Limits.Patient + """
            akka.scheduler.implementation = "Akka.TestKit.TestScheduler, Akka.TestKit"
            akka.loglevel = DEBUG
            """)
    {
    }

    private CoordinatedShutdown Ending => CoordinatedShutdown.Get(Sys);

    private TestScheduler Scheduler => (TestScheduler)Sys.Scheduler;

    [Fact]
    public void Phase_constants_have_the_names_of_the_configuration()
        => Assert.Equal(
            [
                "before-service-unbind", "service-unbind", "service-requests-done", "service-stop",
                "before-cluster-shutdown", "cluster-sharding-shutdown-region", "cluster-leave", "cluster-exiting",
                "cluster-exiting-done", "cluster-shutdown", "before-actor-system-terminate", "actor-system-terminate",
            ],
            Phases);

    [Fact]
    public void Get_gives_the_same_instance_every_time()
    {
        Assert.Same(Ending, Ending);
        Assert.Same(Sys, Ending.System);
    }

    [Fact]
    public async Task Tasks_run_in_the_order_of_the_phases_not_in_the_order_of_adding()
    {
        foreach (var phase in Phases.Reverse())
            Ending.AddTask(phase, "trace", Traced(phase));

        await Run();

        Assert.Equal(Phases, _trace);
    }

    [Fact]
    public async Task Next_phase_waits_for_all_tasks_of_the_phase_which_run_together()
    {
        // Goal: two tasks of a phase are in progress at once. Method: each ends only when the other has begun.
        var (first, second) = (Signal(), Signal());
        Ending.AddTask(CoordinatedShutdown.PhaseServiceUnbind, "a", () => Meets(first, second));
        Ending.AddTask(CoordinatedShutdown.PhaseServiceUnbind, "b", () => Meets(second, first));
        Ending.AddTask(CoordinatedShutdown.PhaseServiceRequestsDone, "next", Traced("next"));

        await Run();

        Assert.Equal(["met", "met", "next"], _trace);
    }

    [Fact]
    public async Task Task_added_to_a_later_phase_by_a_running_task_runs()
    {
        Ending.AddTask(CoordinatedShutdown.PhaseServiceUnbind, "adds", () =>
        {
            Ending.AddTask(CoordinatedShutdown.PhaseServiceStop, "added", Traced("added"));
            return Task.FromResult(Done.Instance);
        });

        await Run();

        Assert.Equal(["added"], _trace);
    }

    [Fact]
    public void AddTask_to_an_unknown_phase_throws()
    {
        var thrown = Assert.Throws<ConfigurationException>(
            () => Ending.AddTask("no-such-phase", "trace", Traced("never")));
        Assert.Contains("no-such-phase", thrown.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Timeouts_are_five_seconds_and_ten_for_three_phases()
    {
        var tens = Phases.Where(phase => Ending.Timeout(phase) == TimeSpan.FromSeconds(10));
        Assert.Equal(
            [
                CoordinatedShutdown.PhaseClusterShardingShutdownRegion,
                CoordinatedShutdown.PhaseClusterExiting,
                CoordinatedShutdown.PhaseActorSystemTerminate,
            ],
            tens);
        Assert.Equal(9, Phases.Count(phase => Ending.Timeout(phase) == TimeSpan.FromSeconds(5)));
        Assert.Throws<ArgumentException>(() => Ending.Timeout("no-such-phase"));
    }

    [Fact]
    public void TotalTimeout_counts_the_phases_that_have_a_task()
    {
        // The last phase has the task that stops the actors.
        Assert.Equal(TimeSpan.FromSeconds(10), Ending.TotalTimeout);
        Ending.AddTask(CoordinatedShutdown.PhaseServiceStop, "one", Traced("one"));
        Ending.AddTask(CoordinatedShutdown.PhaseServiceStop, "two", Traced("two"));
        Assert.Equal(TimeSpan.FromSeconds(15), Ending.TotalTimeout);
    }

    [Fact]
    public async Task Task_that_is_late_is_logged_and_the_run_goes_on()
    {
        var begun = Signal();
        Ending.AddTask(CoordinatedShutdown.PhaseServiceStop, "hangs", () =>
        {
            begun.SetResult();
            return new TaskCompletionSource<Done>().Task;
        });
        Ending.AddTask(CoordinatedShutdown.PhaseBeforeClusterShutdown, "next", Traced("next"));

        await RunWithWarning("service-stop", async () =>
        {
            await begun.Task.WaitAsync(Limits.Long);
            Scheduler.Advance(TimeSpan.FromSeconds(5) - TimeSpan.FromTicks(1));
            Assert.Empty(_trace);
            Scheduler.Advance(TimeSpan.FromTicks(1));
        });

        Assert.Equal(["next"], _trace);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Task_that_fails_is_logged_and_the_run_goes_on(bool atOnce)
    {
        Ending.AddTask(CoordinatedShutdown.PhaseServiceStop, "fails", async () =>
        {
            if (!atOnce)
                await Task.Yield();
            throw new InvalidOperationException("no disk");
        });
        Ending.AddTask(CoordinatedShutdown.PhaseServiceStop, "beside", Traced("beside"));
        Ending.AddTask(CoordinatedShutdown.PhaseBeforeClusterShutdown, "next", Traced("next"));

        await RunWithWarning("no disk", () => Task.CompletedTask);

        Assert.Equal(["beside", "next"], _trace);
    }

    [Fact]
    public async Task Run_obeys_the_first_call_and_later_calls_get_the_same_task()
    {
        var (begun, go) = (Signal(), Signal());
        Ending.AddTask(CoordinatedShutdown.PhaseServiceStop, "waits", async () =>
        {
            _trace.Add("ran");
            begun.SetResult();
            await go.Task;
            return Done.Instance;
        });
        Assert.Null(Ending.ShutdownReason);

        var first = Ending.Run(new OwnReason());
        await begun.Task.WaitAsync(Limits.Long);
        var second = Ending.Run(CoordinatedShutdown.ClrExitReason.Instance);
        Assert.Same(first, second);
        Assert.IsType<OwnReason>(Ending.ShutdownReason);
        go.SetResult();
        await first.WaitAsync(Limits.Long);
        Assert.Same(first, Ending.Run(CoordinatedShutdown.ClrExitReason.Instance));

        Assert.Equal(["ran"], _trace);
    }

    [Fact]
    public async Task Run_from_a_phase_leaves_the_earlier_ones_out()
    {
        foreach (var phase in Phases)
            Ending.AddTask(phase, "trace", Traced(phase));

        await Ending.Run(CoordinatedShutdown.UnknownReason.Instance, CoordinatedShutdown.PhaseClusterShutdown)
            .WaitAsync(Limits.Long);

        Assert.Equal(Phases[^3..], _trace);
    }

    [Fact]
    public void Reasons_are_distinct_classes_with_one_instance_each()
    {
        CoordinatedShutdown.Reason[] reasons =
        [
            CoordinatedShutdown.UnknownReason.Instance,
            CoordinatedShutdown.ActorSystemTerminateReason.Instance,
            CoordinatedShutdown.ClrExitReason.Instance,
            CoordinatedShutdown.ClusterDowningReason.Instance,
            CoordinatedShutdown.ClusterLeavingReason.Instance,
            CoordinatedShutdown.ClusterJoinUnsuccessfulReason.Instance,
        ];
        Assert.Equal(reasons.Length, reasons.Select(reason => reason.GetType()).Distinct().Count());
    }

    [Fact]
    public async Task Run_terminates_the_system_in_its_last_phase()
    {
        await Run();
        await Sys.WhenTerminated.WaitAsync(Limits.Long);
    }

    [Fact]
    public async Task Terminate_runs_the_phases_for_that_reason()
    {
        Ending.AddTask(CoordinatedShutdown.PhaseBeforeServiceUnbind, "first", Traced("first"));
        Ending.AddTask(CoordinatedShutdown.PhaseBeforeActorSystemTerminate, "last", Traced("last"));

        await Sys.Terminate().WaitAsync(Limits.Long);

        Assert.Equal(["first", "last"], _trace);
        Assert.IsType<CoordinatedShutdown.ActorSystemTerminateReason>(Ending.ShutdownReason);
        Assert.True(Sys.WhenTerminated.IsCompleted);
    }

    [Fact]
    public async Task Actors_run_until_the_last_phase_and_then_stop()
    {
        var actor = Sys.ActorOf(Props.Create(() => new TracesStop(_trace)));
        Ending.AddTask(CoordinatedShutdown.PhaseBeforeActorSystemTerminate, "asks", async () =>
        {
            _trace.Add(await actor.Ask<string>("alive", Limits.Long));
            return Done.Instance;
        });

        await Run();

        Assert.Equal(["alive", "stopped"], _trace);
    }

    private static TaskCompletionSource Signal() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private async Task Run() => await Ending.Run(CoordinatedShutdown.UnknownReason.Instance).WaitAsync(Limits.Long);

    /// <summary>Runs, and looks at the log before the last phase, which stops the loggers.</summary>
    private async Task RunWithWarning(string contains, Func<Task> meanwhile)
    {
        var (reached, go) = (Signal(), Signal());
        Ending.AddTask(CoordinatedShutdown.PhaseBeforeActorSystemTerminate, "holds", async () =>
        {
            reached.SetResult();
            await go.Task;
            return Done.Instance;
        });
        await EventFilter.Warning(contains: contains).ExpectOneAsync(async () =>
        {
            _ = Ending.Run(CoordinatedShutdown.UnknownReason.Instance);
            await meanwhile();
            await reached.Task.WaitAsync(Limits.Long);
        });
        go.SetResult();
        await Run();
    }

    private Func<Task<Done>> Traced(string what) => () =>
    {
        _trace.Add(what);
        return Task.FromResult(Done.Instance);
    };

    private async Task<Done> Meets(TaskCompletionSource mine, TaskCompletionSource others)
    {
        mine.SetResult();
        await others.Task;
        lock (_trace)
            _trace.Add("met");
        return Done.Instance;
    }

    private sealed class OwnReason : CoordinatedShutdown.Reason;

    private sealed class TracesStop : ReceiveActor
    {
        private readonly List<string> _trace;

        public TracesStop(List<string> trace)
        {
            _trace = trace;
            ReceiveAny(message => Sender.Tell(message));
        }

        protected override void PostStop() => _trace.Add("stopped");
    }
}
