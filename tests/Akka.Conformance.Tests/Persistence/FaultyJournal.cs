using System.Collections.Immutable;
using Akka.Persistence;
using Akka.Persistence.Journal;

namespace Akka.Conformance.Tests.Persistence;

/// <summary>A journal in memory whose faults are asked for by the events and persistence ids themselves.</summary>
/// <remarks>A write with an event that begins with "fail" fails, one that begins with "reject" is rejected, one that
/// begins with "mute" never ends. The events of an id that begins with "unreadable" cannot be read, those of one that
/// begins with "silent" never come, those of one that begins with "undeletable" stay.</remarks>
public sealed class FaultyJournal : MemoryJournal
{
    public const string Id = "akka.persistence.journal.faulty";

    public override Task<long> ReadHighestSequenceNrAsync(string persistenceId, long fromSequenceNr)
    {
        if (persistenceId.StartsWith("unreadable", StringComparison.Ordinal))
            return Task.FromException<long>(new IOException("the disk is gone"));
        if (persistenceId.StartsWith("silent", StringComparison.Ordinal))
        {
            Context.System.EventStream.Publish(new AskedInVain(persistenceId));
            return new TaskCompletionSource<long>().Task;
        }
        return base.ReadHighestSequenceNrAsync(persistenceId, fromSequenceNr);
    }

    protected override async Task<IImmutableList<Exception?>?> WriteMessagesAsync(IEnumerable<AtomicWrite> messages)
    {
        AtomicWrite[] writes = [.. messages];
        if (writes.Any(write => Any(write, "mute")))
            await new TaskCompletionSource().Task;
        if (writes.Any(write => Any(write, "fail")))
            throw new IOException("the disk is full");
        await base.WriteMessagesAsync(writes.Where(write => !Any(write, "reject")));
        return writes.Select(write => Any(write, "reject") ? new NotSupportedException("not taken") : null)
            .ToImmutableList<Exception?>();
    }

    protected override Task DeleteMessagesToAsync(string persistenceId, long toSequenceNr)
        => persistenceId.StartsWith("undeletable", StringComparison.Ordinal)
            ? Task.FromException(new IOException("the disk is read-only"))
            : base.DeleteMessagesToAsync(persistenceId, toSequenceNr);

    /// <summary>Published when the journal is asked for events that never come.</summary>
    public sealed record AskedInVain(string PersistenceId);

    private static bool Any(AtomicWrite write, string beginning)
        => ((IEnumerable<IPersistentRepresentation>)write.Payload).Any(
            stored => stored.Payload is string text && text.StartsWith(beginning, StringComparison.Ordinal));
}
