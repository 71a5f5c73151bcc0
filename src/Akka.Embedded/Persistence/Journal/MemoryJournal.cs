using System.Collections.Immutable;
using Akka.Actor;

namespace Akka.Persistence.Journal;

/// <summary>Keeps events in memory; they end with the actor system.</summary>
public class MemoryJournal : AsyncWriteJournal
{
    private readonly Dictionary<string, Log> _logs = new(StringComparer.Ordinal);

    /// <inheritdoc/>
    public override Task ReplayMessagesAsync(
        IActorContext context,
        string persistenceId,
        long fromSequenceNr,
        long toSequenceNr,
        long max,
        Action<IPersistentRepresentation> recoveryCallback)
    {
        ArgumentNullException.ThrowIfNull(recoveryCallback);
        if (!_logs.TryGetValue(persistenceId, out var log))
            return Task.CompletedTask;
        var left = max;
        foreach (var stored in log.Events)
        {
            if (stored.SequenceNr < fromSequenceNr)
                continue;
            if (stored.SequenceNr > toSequenceNr || left-- <= 0)
                break;
            recoveryCallback(stored);
        }
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public override Task<long> ReadHighestSequenceNrAsync(string persistenceId, long fromSequenceNr)
        => Task.FromResult(_logs.TryGetValue(persistenceId, out var log) ? log.HighestSequenceNr : 0);

    /// <inheritdoc/>
    protected override Task<IImmutableList<Exception?>?> WriteMessagesAsync(IEnumerable<AtomicWrite> messages)
    {
        foreach (var write in messages)
        {
            if (!_logs.TryGetValue(write.PersistenceId, out var log))
                _logs.Add(write.PersistenceId, log = new Log());
            log.Events.AddRange((IImmutableList<IPersistentRepresentation>)write.Payload);
            log.HighestSequenceNr = Math.Max(log.HighestSequenceNr, write.HighestSequenceNr);
        }
        return Task.FromResult<IImmutableList<Exception?>?>(null);
    }

    /// <inheritdoc/>
    protected override Task DeleteMessagesToAsync(string persistenceId, long toSequenceNr)
    {
        if (_logs.TryGetValue(persistenceId, out var log))
            log.Events.RemoveAll(stored => stored.SequenceNr <= toSequenceNr);
        return Task.CompletedTask;
    }

    private sealed class Log
    {
        public List<IPersistentRepresentation> Events { get; } = [];

        public long HighestSequenceNr { get; set; }
    }
}
