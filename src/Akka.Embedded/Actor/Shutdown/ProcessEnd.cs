using Akka.Event;

namespace Akka.Actor;

/// <summary>Ties a shutdown to the actors and to the process: its last phase stops the actors and, if configured, ends
/// the process; and the end of the process, if configured, starts a shutdown.</summary>
internal sealed class ProcessEnd
{
    private readonly ActorSystemImpl _system;
    private readonly CoordinatedShutdown _shutdown;
    private readonly bool _exits;
    private int _exiting;

    private ProcessEnd(ActorSystemImpl system, CoordinatedShutdown shutdown)
    {
        _system = system;
        _shutdown = shutdown;
        _exits = system.Settings.Config.GetBoolean("akka.coordinated-shutdown.exit-clr");
    }

    public static void Tie(ActorSystemImpl system, CoordinatedShutdown shutdown)
    {
        var end = new ProcessEnd(system, shutdown);
        if (system.Settings.CoordinatedShutdownTerminateActorSystem || end._exits)
            shutdown.AddTask(CoordinatedShutdown.PhaseActorSystemTerminate, "terminate-system", end.EndAsync);
        if (!system.Settings.Config.GetBoolean("akka.coordinated-shutdown.run-by-clr-shutdown-hook"))
            return;
        AppDomain.CurrentDomain.ProcessExit += end.OnProcessExit;
        // A process with many short-lived systems must not keep them all by their hooks.
        _ = system.WhenTerminated.ContinueWith(
            _ => AppDomain.CurrentDomain.ProcessExit -= end.OnProcessExit,
            CancellationToken.None,
            TaskContinuationOptions.ExecuteSynchronously,
            TaskScheduler.Default);
    }

    private async Task<Done> EndAsync()
    {
        if (_system.Settings.CoordinatedShutdownTerminateActorSystem)
        {
            var terminated = _system.StopGuardians();
            // Where the process is to exit anyway, actors that do not stop in time do not hold it up.
            if (_exits)
            {
                await terminated
                    .WaitAsync(_shutdown.Timeout(CoordinatedShutdown.PhaseActorSystemTerminate), _system.Execution.Time)
                    .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
            else
            {
                await terminated.ConfigureAwait(_system.Execution.Deliveries is not null);
            }
        }
        // Exiting waits for the hook below, so neither may wait for the other.
        if (_exits && Interlocked.Exchange(ref _exiting, 1) == 0)
            Environment.Exit(0);
        return Done.Instance;
    }

    private void OnProcessExit(object? sender, EventArgs e)
    {
        if (Interlocked.Exchange(ref _exiting, 1) != 0 || _system.WhenTerminated.IsCompleted)
            return;
        _system.Log.Info("Starting coordinated shutdown from CLR termination hook.");
        try
        {
            // The process is gone when this method returns, so it has to block.
            _shutdown.Run(CoordinatedShutdown.ClrExitReason.Instance).Wait(_shutdown.TotalTimeout);
        }
        catch (AggregateException cause)
        {
            _system.Log.Warning("CoordinatedShutdown from CLR shutdown failed: {0}", cause.GetBaseException().Message);
        }
    }
}
