using System.Collections.Immutable;
using Akka.Actor;
using Akka.Persistence.Plugins;

namespace Akka.Persistence.Journal;

/// <summary>The base of journals: an actor that calls the storage and answers persistent actors.</summary>
/// <remarks>
/// Writes of one actor come one at a time. A recovery of an actor waits for writes of its own that are still under way:
/// a restarted actor would otherwise use their numbers again. Every call but a replay has a time limit and counts in a
/// circuit breaker, <c>circuit-breaker</c> in the journal's configuration.
/// </remarks>
public abstract class AsyncWriteJournal : ActorBase
{
    private readonly PluginCalls _calls;
    private readonly Dictionary<string, Task> _writing = new(StringComparer.Ordinal);

    /// <summary>Reads the plugin's configuration.</summary>
    protected AsyncWriteJournal()
    {
        var config = Persistence.Instance.Apply(Context.System).ConfigFor(Self);
        _calls = new PluginCalls(Self, Context.System.Scheduler, config);
    }

    /// <summary>Reads events of an actor in order, both bounds inclusive.</summary>
    /// <param name="context">The journal's.</param>
    /// <param name="persistenceId">The actor.</param>
    /// <param name="fromSequenceNr">First number.</param>
    /// <param name="toSequenceNr">Last number.</param>
    /// <param name="max">Most events.</param>
    /// <param name="recoveryCallback">To be given every event that is not deleted; may be called on any thread, by one
    /// at a time, until the task ends.</param>
    public abstract Task ReplayMessagesAsync(
        IActorContext context,
        string persistenceId,
        long fromSequenceNr,
        long toSequenceNr,
        long max,
        Action<IPersistentRepresentation> recoveryCallback);

    /// <summary>The highest number an actor ever used, also of deleted events; 0 when it used none.</summary>
    public abstract Task<long> ReadHighestSequenceNrAsync(string persistenceId, long fromSequenceNr);

    /// <summary>Stores events; ends when they would survive a crash.</summary>
    /// <returns>Null when all are stored; else for each atomic write null, or why it is rejected and not stored. A task
    /// that fails means that it is not known what was stored.</returns>
    protected abstract Task<IImmutableList<Exception?>?> WriteMessagesAsync(IEnumerable<AtomicWrite> messages);

    /// <summary>Deletes the events of an actor up to and including a number, which stays used.</summary>
    protected abstract Task DeleteMessagesToAsync(string persistenceId, long toSequenceNr);

    /// <summary>Handles messages of the plugin's own.</summary>
    protected virtual bool ReceivePluginInternal(object message) => false;

    /// <inheritdoc/>
    protected sealed override bool Receive(object message)
        => ReceiveWriteJournal(message) || ReceivePluginInternal(message);

    /// <summary>Handles what persistent actors ask.</summary>
    protected bool ReceiveWriteJournal(object message)
    {
        switch (message)
        {
            case JournalProtocol.Write write:
                Store(write);
                return true;
            case JournalProtocol.Replay replay:
                Replay(replay);
                return true;
            case JournalProtocol.Delete delete:
                Delete(delete);
                return true;
            default:
                return _calls.TryHandle(message);
        }
    }

    private static void AnswerStored(JournalProtocol.Write write, IImmutableList<Exception?>? rejections)
    {
        write.Actor.Tell(new JournalProtocol.WritesEnded(Stored: true, write.InstanceId), ActorRefs.NoSender);
        var index = 0;
        foreach (var message in write.Messages)
        {
            if (message is not AtomicWrite atomic)
            {
                write.Actor.Tell(new JournalProtocol.Looped(message.Payload, write.InstanceId), message.Sender);
                continue;
            }
            var rejection = rejections?[index++];
            foreach (var stored in Events(atomic))
            {
                object answer = rejection is null
                    ? new JournalProtocol.Written(stored, write.InstanceId)
                    : new JournalProtocol.Rejected(stored, rejection, write.InstanceId);
                write.Actor.Tell(answer, stored.Sender);
            }
        }
    }

    private static void AnswerFailed(JournalProtocol.Write write, Exception cause)
    {
        write.Actor.Tell(new JournalProtocol.WritesEnded(Stored: false, write.InstanceId), ActorRefs.NoSender);
        foreach (var message in write.Messages)
        {
            if (message is not AtomicWrite atomic)
            {
                write.Actor.Tell(new JournalProtocol.Looped(message.Payload, write.InstanceId), message.Sender);
                continue;
            }
            foreach (var failed in Events(atomic))
                write.Actor.Tell(new JournalProtocol.WriteFailed(failed, cause, write.InstanceId), failed.Sender);
        }
    }

    private static IImmutableList<IPersistentRepresentation> Events(AtomicWrite write)
        => (IImmutableList<IPersistentRepresentation>)write.Payload;

    private void Store(JournalProtocol.Write write)
    {
        AtomicWrite[] atomics = [.. write.Messages.OfType<AtomicWrite>()];
        if (atomics.Length == 0)
        {
            AnswerStored(write, null);
            return;
        }
        var id = atomics[0].PersistenceId;
        _calls.Run(
            () =>
            {
                var storing = WriteMessagesAsync(atomics);
                if (!storing.IsCompleted)
                    _writing[id] = _writing.TryGetValue(id, out var before) ? Task.WhenAll(before, storing) : storing;
                return storing;
            },
            rejections => Conclude(id, () => Answer(write, atomics.Length, rejections)),
            cause => Conclude(id, () => AnswerFailed(write, cause)));
    }

    private static void Answer(JournalProtocol.Write write, int count, IImmutableList<Exception?>? rejections)
    {
        if (rejections is null || rejections.Count == count)
        {
            AnswerStored(write, rejections);
            return;
        }
        AnswerFailed(write, new InvalidOperationException(
            $"The journal answered {rejections.Count} outcomes for {count} writes: it is not known what was stored."));
    }

    /// <summary>A write that timed out is still under way, and a recovery goes on waiting for it.</summary>
    private void Conclude(string persistenceId, Action answer)
    {
        if (_writing.TryGetValue(persistenceId, out var storing) && storing.IsCompleted)
            _writing.Remove(persistenceId);
        answer();
    }

    private void Replay(JournalProtocol.Replay replay)
    {
        if (_writing.TryGetValue(replay.PersistenceId, out var storing))
        {
            if (!storing.IsCompleted)
            {
                var self = Self;
                _ = storing.ContinueWith(
                    _ => self.Tell(replay, ActorRefs.NoSender),
                    CancellationToken.None,
                    TaskContinuationOptions.ExecuteSynchronously,
                    TaskScheduler.Default);
                return;
            }
            _writing.Remove(replay.PersistenceId);
        }
        var context = Context;
        _calls.Run(
            () => ReadHighestSequenceNrAsync(replay.PersistenceId, Math.Max(0, replay.FromSequenceNr - 1)),
            highest => ReplayUpTo(context, replay, highest),
            cause => Fail(replay, cause));
    }

    private void ReplayUpTo(IActorContext context, JournalProtocol.Replay replay, long highest)
    {
        var to = Math.Min(replay.ToSequenceNr, highest);
        if (replay.FromSequenceNr > to)
        {
            replay.Actor.Tell(
                new JournalProtocol.ReplayEnded(0, 0, highest, replay.InstanceId), ActorRefs.NoSender);
            return;
        }
        _ = ReplayAsync(context, replay, to, highest);
    }

    /// <summary>Goes on until storage ends it: the actor has its own limit of silence and stops asking.</summary>
    private async Task ReplayAsync(IActorContext context, JournalProtocol.Replay replay, long to, long highest)
    {
        try
        {
            var (count, last) = (0L, 0L);
            await ReplayMessagesAsync(context, replay.PersistenceId, replay.FromSequenceNr, to, replay.Max, found =>
            {
                (count, last) = (count + 1, found.SequenceNr);
                if (!found.IsDeleted)
                    replay.Actor.Tell(new JournalProtocol.Replayed(found, replay.InstanceId), ActorRefs.NoSender);
            }).ConfigureAwait(false);
            replay.Actor.Tell(
                new JournalProtocol.ReplayEnded(count, last, highest, replay.InstanceId), ActorRefs.NoSender);
        }
        catch (Exception cause)
        {
            // The outermost edge of the plugin: what it throws is the outcome of the recovery.
            Fail(replay, cause);
        }
    }

    private static void Fail(JournalProtocol.Replay replay, Exception cause)
        => replay.Actor.Tell(new JournalProtocol.ReplayFailed(cause, replay.InstanceId), ActorRefs.NoSender);

    private void Delete(JournalProtocol.Delete delete) => _calls.Run(
        async () =>
        {
            await DeleteMessagesToAsync(delete.PersistenceId, delete.ToSequenceNr).ConfigureAwait(false);
            return true;
        },
        _ => delete.Actor.Tell(new DeleteMessagesSuccess(delete.ToSequenceNr), ActorRefs.NoSender),
        cause => delete.Actor.Tell(new DeleteMessagesFailure(cause, delete.ToSequenceNr), ActorRefs.NoSender));
}
