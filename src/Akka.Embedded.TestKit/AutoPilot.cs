using Akka.Actor;

namespace Akka.TestKit;

/// <summary>Sees every message of a test actor before it is queued.</summary>
public abstract class AutoPilot
{
    /// <summary>Handles a message.</summary>
    /// <returns>What handles the next one; <see cref="KeepRunning"/> for this one again.</returns>
    public abstract AutoPilot Run(IActorRef sender, object message);
}
