using Akka.Actor;

namespace Akka.Persistence;

/// <summary>From the start to the first command.</summary>
public abstract partial class Eventsourced
{
    /// <summary>Events asked for at a time: what waits in the mailbox of a recovering actor is limited by it.</summary>
    private const int ReplayPageEvents = 1000;

    private TimeSpan _silenceLimit;
    private ICancelable? _silence;
    private bool _heardOf;
    private Recovery _recovery = Recovery.None;
    private long _replayLeft;

    /// <inheritdoc/>
    public override void AroundPreStart()
    {
        BeginRecovery();
        base.AroundPreStart();
    }

    /// <inheritdoc/>
    public override void AroundPostRestart(Exception cause, object message)
    {
        BeginRecovery();
        base.AroundPostRestart(cause, message);
    }

    /// <inheritdoc/>
    public override void AroundPreRestart(Exception cause, object message)
    {
        // Events collected so far are written: their commands were handled, only the answers are lost.
        _silence?.Cancel();
        FlushAll();
        ReturnQueue();
        base.AroundPreRestart(cause, message switch
        {
            JournalProtocol.Written written => written.Event.Payload,
            JournalProtocol.Looped looped => looped.Message,
            JournalProtocol.Replayed replayed => replayed.Event.Payload,
            _ => message,
        });
    }

    /// <inheritdoc/>
    public override void AroundPostStop()
    {
        _silence?.Cancel();
        FlushAll();
        ReturnQueue();
        base.AroundPostStop();
    }

    private void BeginRecovery()
    {
        if (PersistenceId is null)
            throw new InvalidOperationException($"PersistenceId is null for the persistent actor [{Self.Path}].");
        _ = (Journal, SnapshotStore);
        _recovery = Recovery;
        _silenceLimit = Extension.JournalConfigFor(JournalPluginId).GetTimeSpan(
            "recovery-event-timeout", TimeSpan.FromSeconds(30), allowInfinite: false);
        Extension.RecoveryPermitter.Tell(new RecoveryPermitter.Request(Self, _instanceId), Self);
    }

    private void WhileAwaitingPermit(object message)
    {
        if (message is not RecoveryPermitter.Granted)
        {
            PutAside(message);
            return;
        }
        _phase = Phase.LoadingSnapshot;
        WatchForSilence();
        SnapshotStore.Tell(
            new SnapshotProtocol.Load(
                SnapshotterId, _recovery.FromSnapshot, _recovery.ToSequenceNr, Self, _instanceId),
            Self);
    }

    private void WhileLoadingSnapshot(object message)
    {
        switch (message)
        {
            case SnapshotProtocol.Loaded loaded:
                _heardOf = true;
                if (loaded.Snapshot is { } found && !TryOffer(new SnapshotOffer(found.Metadata, found.Snapshot)))
                    return;
                _phase = Phase.Replaying;
                _replayLeft = _recovery.ReplayMax;
                AskForEvents(LastSequenceNr + 1);
                break;
            case SnapshotProtocol.LoadFailed failed:
                FailRecovery(failed.Cause, null);
                break;
            case Silence:
                OnSilence("didn't get snapshot");
                break;
            default:
                PutAside(message);
                break;
        }
    }

    private void WhileReplaying(object message)
    {
        switch (message)
        {
            case JournalProtocol.Replayed replayed:
                _heardOf = true;
                TryReplay(replayed.Event);
                break;
            case JournalProtocol.ReplayEnded ended when ended.Count == ReplayPageEvents && ended.Count < _replayLeft:
                _heardOf = true;
                _replayLeft -= ended.Count;
                AskForEvents(ended.LastSequenceNr + 1);
                break;
            case JournalProtocol.ReplayEnded ended:
                CompleteRecovery(ended.HighestSequenceNr);
                break;
            case JournalProtocol.ReplayFailed failed:
                FailRecovery(failed.Cause, null);
                break;
            case Silence:
                OnSilence("didn't get event");
                break;
            default:
                PutAside(message);
                break;
        }
    }

    private void AskForEvents(long from) => Journal.Tell(
        new JournalProtocol.Replay(
            PersistenceId,
            from,
            _recovery.ToSequenceNr,
            Math.Min(_replayLeft, ReplayPageEvents),
            Self,
            _instanceId),
        Self);

    private bool TryOffer(SnapshotOffer offer)
    {
        var before = LastSequenceNr;
        LastSequenceNr = offer.Metadata.SequenceNr;
        try
        {
            if (ReceiveRecover(offer))
                return true;
            // Not taken: all events are needed.
            LastSequenceNr = before;
            Unhandled(offer);
            return true;
        }
        catch (Exception cause)
        {
            // The outermost edge of the recover handler: without its past the actor cannot go on.
            FailRecovery(cause, null);
            return false;
        }
    }

    private void TryReplay(IPersistentRepresentation stored)
    {
        LastSequenceNr = Math.Max(LastSequenceNr, stored.SequenceNr);
        try
        {
            if (!ReceiveRecover(stored.Payload))
                Unhandled(stored.Payload);
        }
        catch (Exception cause)
        {
            // The outermost edge of the recover handler: without its past the actor cannot go on.
            FailRecovery(cause, stored.Payload);
        }
    }

    private void CompleteRecovery(long highest)
    {
        EndWatch();
        LastSequenceNr = Math.Max(highest, LastSequenceNr);
        _sequenceNr = LastSequenceNr;
        OnReplaySuccess();
        _phase = Phase.Processing;
        try
        {
            if (!ReceiveRecover(RecoveryCompleted.Instance))
                Unhandled(RecoveryCompleted.Instance);
        }
        finally
        {
            AfterHandling();
        }
    }

    private void FailRecovery(Exception cause, object? message)
    {
        EndWatch();
        try
        {
            OnRecoveryFailure(cause, message);
        }
        finally
        {
            // Not the supervisor's business: a restart would replay into the same failure.
            Context.Stop(Self);
        }
    }

    private void WatchForSilence()
    {
        _heardOf = false;
        _silence = Context.System.Scheduler.ScheduleTellRepeatedlyCancelable(
            _silenceLimit, _silenceLimit, Self, new Silence(_instanceId), Self);
    }

    private void EndWatch()
    {
        _silence?.Cancel();
        Extension.RecoveryPermitter.Tell(new RecoveryPermitter.Return(Self), Self);
    }

    private void OnSilence(string what)
    {
        if (_heardOf)
        {
            _heardOf = false;
            return;
        }
        FailRecovery(
            new RecoveryTimedOutException(
                $"Recovery timed out, {what} within {_silenceLimit.TotalSeconds}s, highest sequence number seen " +
                $"{LastSequenceNr}."),
            null);
    }

    /// <summary>The limit of silence has passed once more.</summary>
    private sealed record Silence(int InstanceId) : JournalProtocol.IReply;
}
