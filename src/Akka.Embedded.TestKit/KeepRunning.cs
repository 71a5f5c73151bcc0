using Akka.Actor;

namespace Akka.TestKit;

/// <summary>Keeps the pilot that returned it.</summary>
public sealed class KeepRunning : AutoPilot
{
    /// <summary>The only instance.</summary>
    public static readonly KeepRunning Instance = new();

    private KeepRunning()
    {
    }

    /// <inheritdoc/>
    public override AutoPilot Run(IActorRef sender, object message)
        => throw new InvalidOperationException("Must not call Run on AutoPilot.KeepRunning");
}
