using System.Diagnostics.CodeAnalysis;
using Akka.Actor;
using Akka.Event;

namespace Akka.Persistence;

/// <summary>An actor whose state is the sum of its events. The base of the persistent actors users write.</summary>
/// <remarks>
/// <code>
/// AwaitingPermit ──▶ LoadingSnapshot ──▶ Replaying ──▶ Processing ◀──▶ Persisting
///                            └── failure ──┴──▶ OnRecoveryFailure, stop     └─ write failed ─▶ OnPersistFailure, stop
/// </code>
/// Everything but the answers that a phase waits for is put aside in it, and taken up again one by one in Processing.
/// This file is what users call; <c>.Recovering</c> goes from start to Processing, <c>.Processing</c> handles commands
/// and answers to writes, <c>.Queue</c> keeps what is put aside.
/// </remarks>
public abstract partial class Eventsourced : ActorBase, IWithUnrestrictedStash
{
    private static int _lastInstanceId;

    private readonly int _instanceId = Interlocked.Increment(ref _lastInstanceId);
    private readonly string _writerGuid = Guid.NewGuid().ToString();
    private Phase _phase = Phase.AwaitingPermit;
    private IActorRef? _journal;
    private IActorRef? _snapshotStore;

    /// <summary>Uses the default plugins, unless the two plugin ids are set in the constructor.</summary>
    protected Eventsourced()
    {
        Extension = Persistence.Instance.Apply(Context.System);
        JournalPluginId = string.Empty;
        SnapshotPluginId = string.Empty;
        Log = Context.GetLogger();
    }

    private enum Phase
    {
        AwaitingPermit,
        LoadingSnapshot,
        Replaying,
        Processing,
        Persisting,
    }

    /// <summary>Whose events these are: unique among all actors that share a journal, and the same after every
    /// start.</summary>
    public abstract string PersistenceId { get; }

    /// <summary>How much of the past is taken back.</summary>
    public virtual Recovery Recovery => Recovery.Default;

    /// <summary>For messages put aside by the actor itself. Taking them back puts them before commands that
    /// wait.</summary>
    [AllowNull]
    public IStash Stash
    {
        get => field!;
        set => field = value is null ? null : new UserStash(this, value);
    }

    /// <summary>Configuration path of the journal; empty for the default one.</summary>
    public string JournalPluginId { get; protected set; }

    /// <summary>Configuration path of the snapshot store; empty for the default one.</summary>
    public string SnapshotPluginId { get; protected set; }

    /// <summary>The journal.</summary>
    public IActorRef Journal => _journal ??= Extension.JournalFor(JournalPluginId);

    /// <summary>The snapshot store.</summary>
    public IActorRef SnapshotStore => _snapshotStore ??= Extension.SnapshotStoreFor(SnapshotPluginId);

    /// <summary>As <see cref="PersistenceId"/>.</summary>
    public string SnapshotterId => PersistenceId;

    /// <summary>Whether the past is still being replayed; false from RecoveryCompleted on.</summary>
    public bool IsRecovering => _phase < Phase.Processing;

    /// <summary>The opposite of <see cref="IsRecovering"/>.</summary>
    public bool IsRecoveryFinished => !IsRecovering;

    /// <summary>In a handler the number of the event it is about, otherwise of the last event that was
    /// stored.</summary>
    public long LastSequenceNr { get; private set; }

    /// <summary>What a snapshot saved now would be labelled with.</summary>
    public long SnapshotSequenceNr => LastSequenceNr;

    /// <summary>The system's persistence.</summary>
    protected PersistenceExtension Extension { get; }

    /// <summary>A log whose source is this actor.</summary>
    protected virtual ILoggingAdapter Log { get; }

    /// <summary>Stores the event; the handler runs when it is stored, and before that no other command is
    /// handled.</summary>
    /// <remarks>What follows the call runs first. In the handler Sender is that of the command.</remarks>
    /// <exception cref="InvalidOperationException">The actor is recovering.</exception>
    public void Persist<TEvent>(TEvent @event, Action<TEvent> handler)
    {
        RefuseWhileRecovering();
        Await(@event, handler, holdsCommands: true);
        _collected.Add(new AtomicWrite(Represent(@event)));
    }

    /// <summary>As <see cref="Persist"/> for several events, which are stored all or none; nothing when there are
    /// none.</summary>
    /// <exception cref="InvalidOperationException">The actor is recovering.</exception>
    public void PersistAll<TEvent>(IEnumerable<TEvent> events, Action<TEvent> handler)
    {
        RefuseWhileRecovering();
        CollectAll(events, handler, holdsCommands: true);
    }

    /// <summary>Stores the event; commands go on meanwhile. Handlers run in the order of the calls.</summary>
    /// <exception cref="InvalidOperationException">The actor is recovering.</exception>
    public void PersistAsync<TEvent>(TEvent @event, Action<TEvent> handler)
    {
        RefuseWhileRecovering();
        Await(@event, handler, holdsCommands: false);
        _collected.Add(new AtomicWrite(Represent(@event)));
    }

    /// <summary>As <see cref="PersistAsync"/> for several events, which are stored all or none.</summary>
    /// <exception cref="InvalidOperationException">The actor is recovering.</exception>
    public void PersistAllAsync<TEvent>(IEnumerable<TEvent> events, Action<TEvent> handler)
    {
        RefuseWhileRecovering();
        CollectAll(events, handler, holdsCommands: false);
    }

    /// <summary>Runs the handler after those of events persisted before; at once when none is pending. Stores
    /// nothing.</summary>
    /// <exception cref="InvalidOperationException">The actor is recovering.</exception>
    public void DeferAsync<TEvent>(TEvent evt, Action<TEvent> handler)
    {
        ArgumentNullException.ThrowIfNull(handler);
        RefuseWhileRecovering();
        if (_pending.Count == 0)
        {
            handler(evt);
            return;
        }
        Await(evt, handler, holdsCommands: false);
        _collected.Add(new DeferredMessage(evt!, Sender));
    }

    /// <summary>Deletes events up to and including a number; <see cref="long.MaxValue"/> means all. Numbering goes
    /// on.</summary>
    /// <remarks>Answered by <see cref="DeleteMessagesSuccess"/> with the real number, or by
    /// <see cref="DeleteMessagesFailure"/>: at once for a number that no event has had yet.</remarks>
    public void DeleteMessages(long toSequenceNr)
    {
        if (toSequenceNr == long.MaxValue || toSequenceNr <= LastSequenceNr)
        {
            Journal.Tell(
                new JournalProtocol.Delete(PersistenceId, Math.Min(toSequenceNr, LastSequenceNr), Self), Self);
            return;
        }
        var cause = new InvalidOperationException(
            $"toSequenceNr [{toSequenceNr}] must be less than or equal to LastSequenceNr [{LastSequenceNr}]");
        Self.Tell(new DeleteMessagesFailure(cause, toSequenceNr), Self);
    }

    /// <summary>Saves the state as of the last event.</summary>
    /// <remarks>Answered by <see cref="SaveSnapshotSuccess"/> or <see cref="SaveSnapshotFailure"/>.</remarks>
    public void SaveSnapshot(object snapshot) => SnapshotStore.Tell(
        new SnapshotProtocol.Save(new SnapshotMetadata(SnapshotterId, SnapshotSequenceNr), snapshot, Self), Self);

    /// <summary>Deletes the snapshot of that number.</summary>
    /// <remarks>Answered by <see cref="DeleteSnapshotSuccess"/> or <see cref="DeleteSnapshotFailure"/>.</remarks>
    public void DeleteSnapshot(long sequenceNr) => SnapshotStore.Tell(
        new SnapshotProtocol.DeleteOne(new SnapshotMetadata(SnapshotterId, sequenceNr), Self), Self);

    /// <summary>Deletes the snapshots that fit.</summary>
    /// <remarks>Answered by <see cref="DeleteSnapshotsSuccess"/> or <see cref="DeleteSnapshotsFailure"/>.</remarks>
    public void DeleteSnapshots(SnapshotSelectionCriteria criteria) => SnapshotStore.Tell(
        new SnapshotProtocol.DeleteMany(SnapshotterId, criteria, Self), Self);

    /// <summary>Takes back a snapshot offer, an event or the end of recovery; false leaves it unhandled.</summary>
    protected abstract bool ReceiveRecover(object message);

    /// <summary>Handles a command; false leaves it unhandled.</summary>
    protected abstract bool ReceiveCommand(object message);

    /// <summary>The past has been replayed, RecoveryCompleted is about to be told.</summary>
    protected virtual void OnReplaySuccess()
    {
    }

    /// <summary>The past could not be taken back. The actor stops after this, whatever its supervisor says.</summary>
    /// <param name="reason">Of the snapshot store, the journal, a recover handler, or silence.</param>
    /// <param name="message">What the recover handler was given, null for the other reasons.</param>
    protected virtual void OnRecoveryFailure(Exception reason, object? message = null)
    {
        if (message is null)
        {
            Log.Error(
                reason,
                "Persistence failure when replaying events for persistenceId [{0}]. " +
                "Last known sequence number [{1}]. {2}",
                PersistenceId,
                LastSequenceNr,
                reason.Message);
            return;
        }
        Log.Error(
            reason,
            "Exception in ReceiveRecover when replaying event type [{0}] with sequence number [{1}] for " +
            "persistenceId [{2}]. {3}",
            message.GetType(),
            LastSequenceNr,
            PersistenceId,
            reason.Message);
    }

    /// <summary>It is not known whether the event is stored. The actor stops after this, whatever its supervisor
    /// says.</summary>
    protected virtual void OnPersistFailure(Exception cause, object @event, long sequenceNr) => Log.Error(
        cause,
        "Failed to persist event type [{0}] with sequence number [{1}] for persistenceId [{2}]. {3}",
        @event.GetType(),
        sequenceNr,
        PersistenceId,
        cause.Message);

    /// <summary>The event is not stored; its number is used up. The actor goes on.</summary>
    protected virtual void OnPersistRejected(Exception cause, object @event, long sequenceNr) => Log.Error(
        cause,
        "Rejected to persist event type [{0}] with sequence number [{1}] for persistenceId [{2}]. {3}",
        @event.GetType(),
        sequenceNr,
        PersistenceId,
        cause.Message);

    /// <inheritdoc/>
    protected override void Unhandled(object message)
    {
        switch (message)
        {
            case RecoveryCompleted:
                return;
            case SaveSnapshotFailure failure:
                Log.Warning(
                    "Failed to SaveSnapshot given metadata [{0}] due to: {1}", failure.Metadata, failure.Cause.Message);
                break;
            case DeleteSnapshotFailure failure:
                Log.Warning(
                    "Failed to DeleteSnapshot given metadata [{0}] due to: {1}",
                    failure.Metadata,
                    failure.Cause.Message);
                break;
            case DeleteSnapshotsFailure failure:
                Log.Warning(
                    "Failed to DeleteSnapshots given criteria [{0}] due to: {1}",
                    failure.Criteria,
                    failure.Cause.Message);
                break;
            case DeleteMessagesFailure failure:
                Log.Warning(
                    "Failed to DeleteMessages up to sequence number [{0}] for persistenceId [{1}] due to: {2}",
                    failure.ToSequenceNr,
                    PersistenceId,
                    failure.Cause.Message);
                break;
        }
        base.Unhandled(message);
    }

    private void RefuseWhileRecovering()
    {
        if (IsRecovering)
        {
            throw new InvalidOperationException(
                "Cannot persist during replay. Events can be persisted when receiving RecoveryCompleted or later.");
        }
    }
}
