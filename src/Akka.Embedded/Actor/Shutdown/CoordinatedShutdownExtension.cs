namespace Akka.Actor;

/// <summary>Makes a system's <see cref="CoordinatedShutdown"/>, with the task of its last phase and the exit
/// hook.</summary>
public sealed class CoordinatedShutdownExtension : ExtensionIdProvider<CoordinatedShutdown>
{
    /// <inheritdoc/>
    public override CoordinatedShutdown CreateExtension(ExtendedActorSystem system)
    {
        var inner = (ActorSystemImpl)system;
        var shutdown = new CoordinatedShutdown(inner, inner.ShutdownPhases);
        ProcessEnd.Tie(inner, shutdown);
        return shutdown;
    }
}
