using Akka.Actor;

namespace Akka.Cluster.Tools;

/// <summary>Actors that end in a phase of their system's shutdown, before those that the last phase stops.</summary>
internal static class ShutdownStops
{
    // What is left of a phase for stopping those that did not stop themselves.
    private static readonly TimeSpan Reserve = TimeSpan.FromSeconds(1);

    /// <summary>Adds a task that asks actors to stop and waits for them; near the end of the phase's time it stops
    /// those that are still there.</summary>
    /// <param name="shutdown">Of the actors' system.</param>
    /// <param name="phase">When.</param>
    /// <param name="taskName">Names the task in the log.</param>
    /// <param name="actors">Called when the phase begins.</param>
    /// <param name="stopMessage">What they are asked with.</param>
    public static void AddStop(
        this CoordinatedShutdown shutdown,
        string phase,
        string taskName,
        Func<IEnumerable<IActorRef>> actors,
        object stopMessage)
    {
        var time = shutdown.Timeout(phase);
        var patience = time > Reserve ? time - Reserve : time;
        shutdown.AddTask(phase, taskName, async () =>
        {
            await Task.WhenAll(actors().Select(async actor =>
            {
                if (!await actor.GracefulStop(patience, stopMessage).ConfigureAwait(false))
                    shutdown.System.Stop(actor);
            })).ConfigureAwait(false);
            return Done.Instance;
        });
    }
}
