namespace Akka.Persistence;

/// <summary>A persistent actor with one method for commands and one for its past; each says whether it took the
/// message.</summary>
public abstract class PersistentActor : Eventsourced
{
    /// <inheritdoc/>
    protected override bool Receive(object message) => ReceiveCommand(message);
}
