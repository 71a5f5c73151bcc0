using System.Collections.Immutable;
using Akka.Actor;

namespace Akka.Persistence;

/// <summary>Commands, and the answers to writes.</summary>
public abstract partial class Eventsourced
{
    /// <summary>Most atomic writes sent to the journal at a time.</summary>
    private const int BatchWritesMax = 200;

    private readonly Queue<Pending> _pending = new();

    /// <summary>Made by the handler that is running, or by earlier ones while a write was under way.</summary>
    private readonly List<IPersistentEnvelope> _collected = [];

    private long _sequenceNr;
    private int _pendingHolding;
    private int _asyncHandlers;
    private bool _writing;

    /// <inheritdoc/>
    protected internal override bool AroundReceive(Receive receive, object message)
    {
        // Answers to an earlier incarnation of this actor are nobody's.
        if (message is JournalProtocol.IReply reply && reply.InstanceId != _instanceId)
            return true;
        switch (_phase)
        {
            case Phase.AwaitingPermit:
                WhileAwaitingPermit(message);
                break;
            case Phase.LoadingSnapshot:
                WhileLoadingSnapshot(message);
                break;
            case Phase.Replaying:
                WhileReplaying(message);
                break;
            default:
                if (message is JournalProtocol.IReply answer)
                    OnAnswer(answer);
                else if (_phase == Phase.Persisting || Overtakes(message))
                    PutAside(message);
                else
                    HandleCommand(receive, message);
                break;
        }
        return true;
    }

    /// <summary>Runs the action; no further command is handled until the task ends, and no persist handler
    /// either.</summary>
    protected void RunTask(Func<Task> action)
    {
        ArgumentNullException.ThrowIfNull(action);
        Cell.RunTask(() => RunToEnd(action));
    }

    private async Task RunToEnd(Func<Task> action)
    {
        _asyncHandlers++;
        try
        {
            await action().ConfigureAwait(true);
        }
        finally
        {
            _asyncHandlers--;
            AfterHandling();
        }
    }

    private void HandleCommand(Receive receive, object message)
    {
        try
        {
            base.AroundReceive(receive, message);
        }
        finally
        {
            // Also after an exception: what was persisted before it is an event all the same.
            AfterHandling();
        }
    }

    /// <summary>Sends what the handler collected, and takes up the next command unless it has to wait.</summary>
    private void AfterHandling()
    {
        Flush();
        if (_asyncHandlers > 0)
            return;
        _phase = _pendingHolding > 0 ? Phase.Persisting : Phase.Processing;
        if (_phase == Phase.Processing)
            ReleaseNext();
    }

    private void OnAnswer(JournalProtocol.IReply answer)
    {
        switch (answer)
        {
            case JournalProtocol.WritesEnded ended:
                _writing = false;
                // After a failure the next answer stops the actor, and what was not sent is not an event.
                if (ended.Stored)
                    Flush();
                break;
            case JournalProtocol.Written written:
                LastSequenceNr = Math.Max(LastSequenceNr, written.Event.SequenceNr);
                RunHandler(written.Event.Payload);
                break;
            case JournalProtocol.Looped looped:
                RunHandler(looped.Message);
                break;
            case JournalProtocol.Rejected rejected:
                LastSequenceNr = Math.Max(LastSequenceNr, rejected.Event.SequenceNr);
                Forget(_pending.Dequeue());
                try
                {
                    OnPersistRejected(rejected.Cause, rejected.Event.Payload, rejected.Event.SequenceNr);
                }
                finally
                {
                    AfterHandling();
                }
                break;
            case JournalProtocol.WriteFailed failed:
                Stop(failed);
                break;
        }
    }

    private void Stop(JournalProtocol.WriteFailed failed)
    {
        _collected.Clear();
        try
        {
            OnPersistFailure(failed.Cause, failed.Event.Payload, failed.Event.SequenceNr);
        }
        finally
        {
            // Not the supervisor's business: what is stored is not known, and only a recovery can tell.
            Context.Stop(Self);
        }
    }

    private void RunHandler(object payload)
    {
        var pending = _pending.Dequeue();
        try
        {
            pending.Handler(payload);
        }
        finally
        {
            Forget(pending);
            AfterHandling();
        }
    }

    private void Forget(Pending pending)
    {
        if (pending.HoldsCommands)
            _pendingHolding--;
    }

    private void Await<TEvent>(TEvent @event, Action<TEvent> handler, bool holdsCommands)
    {
        ArgumentNullException.ThrowIfNull(@event);
        ArgumentNullException.ThrowIfNull(handler);
        if (holdsCommands)
            _pendingHolding++;
        _pending.Enqueue(new Pending(payload => handler((TEvent)payload), holdsCommands));
    }

    private Persistent Represent<TEvent>(TEvent @event)
        => new(@event!, ++_sequenceNr, PersistenceId, sender: Sender, writerGuid: _writerGuid);

    private void CollectAll<TEvent>(IEnumerable<TEvent>? events, Action<TEvent> handler, bool holdsCommands)
    {
        ImmutableArray<IPersistentRepresentation> all = [.. (events ?? []).Select(IPersistentRepresentation (@event) =>
        {
            Await(@event, handler, holdsCommands);
            return Represent(@event);
        })];
        if (all.Length > 0)
            _collected.Add(new AtomicWrite(all));
    }

    private void Flush()
    {
        if (_writing || _collected.Count == 0)
            return;
        var count = Math.Min(_collected.Count, BatchWritesMax);
        Send(_collected.GetRange(0, count));
        _collected.RemoveRange(0, count);
    }

    /// <summary>Sends all that is left of an incarnation that ends; it waits for no answer any more.</summary>
    private void FlushAll()
    {
        if (_collected.Count == 0)
            return;
        Send([.. _collected]);
        _collected.Clear();
    }

    private void Send(IReadOnlyList<IPersistentEnvelope> messages)
    {
        _writing = true;
        Journal.Tell(new JournalProtocol.Write(messages, Self, _instanceId), Self);
    }

    /// <summary>A handler that waits for its event.</summary>
    private sealed record Pending(Action<object> Handler, bool HoldsCommands);
}
