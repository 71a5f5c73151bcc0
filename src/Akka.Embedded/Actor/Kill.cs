using Akka.Event;

namespace Akka.Actor;

/// <summary>Makes the receiver fail with <see cref="ActorKilledException"/> when its turn comes.</summary>
public sealed class Kill : IAutoReceivedMessage, IPossiblyHarmful, IDeadLetterSuppression
{
    private Kill()
    {
    }

    /// <summary>The only instance.</summary>
    public static Kill Instance { get; } = new();

    /// <inheritdoc/>
    public override string ToString() => "<Kill>";
}
