using Akka.Actor;
using Akka.Persistence;

namespace Akka.Embedded.Persistence.Sql.Tests;

/// <summary>Persists notes, does what it is told by texts, and tells a reference what happens.</summary>
public sealed class Keeper : ReceivePersistentActor
{
    private readonly IActorRef _trace;

    public Keeper(string persistenceId, IActorRef trace)
    {
        PersistenceId = persistenceId;
        _trace = trace;
        Recover<Note>(note => trace.Tell(("replayed", note.Text, LastSequenceNr)));
        Recover<SnapshotOffer>(
            offer => trace.Tell(("snapshot", ((Note)offer.Snapshot).Text, offer.Metadata.SequenceNr)));
        Recover<RecoveryCompleted>(_ => trace.Tell(("recovered", persistenceId, LastSequenceNr)));
        Command<Note>(note => Persist(note, stored => trace.Tell(("stored", stored.Text, LastSequenceNr))));
        Command<Note[]>(notes => PersistAll(notes, stored => trace.Tell(("stored", stored.Text, LastSequenceNr))));
        Command<object>(message => Persist(message, _ => { }), message => message is Unserializable);
        Command<string>(
            text => SaveSnapshot(new Note(text)), text => text.StartsWith("snapshot", StringComparison.Ordinal));
        Command<long>(DeleteMessages);
        Command<SnapshotSelectionCriteria>(DeleteSnapshots);
        Command<int>(number => DeleteSnapshot(number));
        CommandAny(trace.Tell);
    }

    public override string PersistenceId { get; }

    public static Props Of(string persistenceId, IActorRef trace)
        => Props.Create(() => new Keeper(persistenceId, trace));

    protected override void OnPersistFailure(Exception cause, object @event, long sequenceNr)
        => _trace.Tell(("failed", PersistenceId, sequenceNr, cause.Message));

    protected override void OnPersistRejected(Exception cause, object @event, long sequenceNr)
        => _trace.Tell(("rejected", PersistenceId, sequenceNr, cause.Message));

    protected override void OnRecoveryFailure(Exception reason, object? message = null)
        => _trace.Tell(("recovery failed", PersistenceId, 0L, reason.Message));

    /// <summary>Its serializer throws.</summary>
    public sealed record Unserializable;
}
