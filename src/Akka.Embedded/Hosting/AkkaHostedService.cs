// Ties an actor system to the host: the host's start starts the actors, its stop ends the system, and a system that
// ends by itself stops the host.

using Akka.Actor;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Akka.Hosting;

/// <summary>Added by AddAkka.</summary>
public partial class AkkaHostedService(
    AkkaConfigurationBuilder configuration,
    IServiceProvider provider,
    ILogger<AkkaHostedService> logger,
    IHostApplicationLifetime? lifetime = null) : IHostedService
{
    // The limit Akka.NET puts on ending the actors. A host that fails to start has no stop timeout of its own.
    private static readonly TimeSpan EndAfterFailureMax = TimeSpan.FromSeconds(10);

    private ActorSystem? _system;
    private CoordinatedShutdown? _shutdown;

    /// <summary>Runs the starters and startups.</summary>
    /// <exception cref="Exception">What a starter threw; the system has been ended first.</exception>
    public virtual async Task StartAsync(CancellationToken cancellationToken)
    {
        var system = provider.GetRequiredService<ActorSystem>();
        _system = system;
        _shutdown = CoordinatedShutdown.Get(system);
        try
        {
            await configuration.StartActorsAsync(system, cancellationToken).ConfigureAwait(false);
        }
        catch
        {
            LogStartFailed(logger, system.Name);
            Task run = _shutdown.Run(CoordinatedShutdown.ClrExitReason.Instance);
            await run.WaitAsync(EndAfterFailureMax, cancellationToken)
                .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            throw;
        }
        _ = StopHostAfterAsync(system, _shutdown);
    }

    /// <summary>Runs the system's coordinated shutdown and waits for it, as long as the host allows.</summary>
    /// <exception cref="Exception">What a shutdown task of a phase without recovery threw.</exception>
    public virtual async Task StopAsync(CancellationToken cancellationToken)
    {
        if (_system is not { } system || _shutdown is not { } shutdown)
            return;
        Task run = shutdown.Run(CoordinatedShutdown.ClrExitReason.Instance);
        await run.WaitAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (run.IsCompleted)
            await run.ConfigureAwait(false);
        else
            LogStillRunning(logger, system.Name);
    }

    private async Task StopHostAfterAsync(ActorSystem system, CoordinatedShutdown shutdown)
    {
        await system.WhenTerminated.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        // A node that its cluster gave up, or that left it, has not ended as an operator meant it to.
        if (shutdown.ShutdownReason
            is CoordinatedShutdown.ClusterDowningReason or CoordinatedShutdown.ClusterLeavingReason)
            Environment.ExitCode = -1;
        lifetime?.StopApplication();
    }

    [LoggerMessage(EventId = 1, Level = LogLevel.Error,
        Message = "Actor system {ActorSystem} ends because its actors could not be started")]
    private static partial void LogStartFailed(ILogger logger, string actorSystem);

    [LoggerMessage(EventId = 2, Level = LogLevel.Warning,
        Message = "Actor system {ActorSystem} was still ending when the host stopped waiting for it")]
    private static partial void LogStillRunning(ILogger logger, string actorSystem);
}
