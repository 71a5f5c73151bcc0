using Akka.Actor;
using Akka.Event;
using Akka.Persistence;

namespace PropolisActors.Journal;

// A persistent actor stops for good when a write of it fails. Were a volume such an actor, a full disk under the journal
// would take the guest's disk away. So each durable actor has one of these as a child: it may fail, is told of in one
// message, and a new one is tried with the next write.

/// <summary>Stores the events of one owner, in order, and tells it what became of each.</summary>
public sealed class JournalActor : ReceivePersistentActor
{
    /// <summary>Superseded events are deleted when there are this many: a guess between growth and extra writes.</summary>
    private const int SupersededMax = 100;

    private readonly List<JournalEvent> _replayed = [];
    private readonly ulong _attempt;
    private readonly IActorRef _owner;
    private readonly CrashPoint? _crash;
    private long _superseded;

    public JournalActor(string persistenceId, ulong attempt, IActorRef owner, CrashPoint? crash)
    {
        PersistenceId = persistenceId;
        _attempt = attempt;
        _owner = owner;
        _crash = crash;

        Recover<JournalEvent>(OnReplayed);
        Recover<RecoveryCompleted>(_ => OnRecovered());
        Command<JournalProtocol.Write>(OnWrite);
        Command<DeleteMessagesSuccess>(static _ => { });
        Command<DeleteMessagesFailure>(m => Log.Warning(
            "{0}: old events up to {1} could not be deleted: {2}", PersistenceId, m.ToSequenceNr, m.Cause.Message));
    }

    public override string PersistenceId { get; }

    /// <summary>The recipe for one that stores through the system's journal plugin.</summary>
    /// <param name="crash">For the tests of crashes; null otherwise.</param>
    public static JournalProps Props(CrashPoint? crash) => (persistenceId, attempt, owner) =>
        Akka.Actor.Props.Create(() => new JournalActor(persistenceId, attempt, owner, crash));

    // The owner logs the reason in one line; the base would add a page of stack.
    protected override void OnRecoveryFailure(Exception reason, object? message = null) => TellFailed(reason);

    protected override void OnPersistFailure(Exception cause, object @event, long sequenceNr) => TellFailed(cause);

    protected override void OnPersistRejected(Exception cause, object @event, long sequenceNr)
    {
        TellFailed(cause);
        Context.Stop(Self);
    }

    private void TellFailed(Exception cause) => _owner.Tell(new JournalProtocol.Failed(PersistenceId, _attempt, cause.Message));

    private void OnReplayed(JournalEvent @event)
    {
        if (@event.ReplacesEarlier)
        {
            _superseded += _replayed.Count;
            _replayed.Clear();
        }

        _replayed.Add(@event);
    }

    private void OnRecovered()
    {
        _owner.Tell(new JournalProtocol.Replayed(PersistenceId, _attempt, [.. _replayed]));
        _superseded += _replayed.Count;
        _replayed.Clear();
    }

    private void OnWrite(JournalProtocol.Write write)
    {
        _crash?.BeforeWrite();
        PersistAsync(write.Event, _ =>
        {
            _crash?.AfterWrite();
            _owner.Tell(new JournalProtocol.Written(PersistenceId, _attempt, write.Number));
            Forget(write.Event);
        });
    }

    /// <summary>Deletes what this event replaces, now and then.</summary>
    private void Forget(JournalEvent stored)
    {
        if (stored.ReplacesEarlier && _superseded >= SupersededMax)
        {
            DeleteMessages(LastSequenceNr - 1);
            _superseded = 0;
        }

        _superseded++;
    }
}
