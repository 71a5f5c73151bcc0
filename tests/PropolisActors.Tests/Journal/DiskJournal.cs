using System.Collections.Immutable;
using Akka.Actor;
using Akka.Persistence;
using Akka.Persistence.Journal;
using Akka.Serialization;

namespace PropolisActors.Tests.Journal;

/// <summary>A journal on a <see cref="JournalDisk"/>: events go through their serializer, as in a real one.</summary>
internal sealed class DiskJournal : AsyncWriteJournal
{
    private static readonly Task<IImmutableList<Exception?>?> Never =
        new TaskCompletionSource<IImmutableList<Exception?>?>().Task;

    private readonly JournalDisk _disk = Context.System.GetExtension<JournalDisk>();
    private readonly Akka.Serialization.Serialization _serialization = Context.System.Serialization;

    public override Task ReplayMessagesAsync(
        IActorContext context, string persistenceId, long fromSequenceNr, long toSequenceNr, long max,
        Action<IPersistentRepresentation> recoveryCallback)
    {
        foreach (var row in _disk.Read(persistenceId).Where(r => r.SequenceNr >= fromSequenceNr && r.SequenceNr <= toSequenceNr))
        {
            var @event = Reader().FromBinary(row.Bytes, row.Manifest);
            recoveryCallback(new Persistent(@event, row.SequenceNr, persistenceId, row.Manifest));
        }

        return Task.CompletedTask;
    }

    public override Task<long> ReadHighestSequenceNrAsync(string persistenceId, long fromSequenceNr) =>
        Task.FromResult(_disk.HighestOf(persistenceId));

    protected override Task<IImmutableList<Exception?>?> WriteMessagesAsync(IEnumerable<AtomicWrite> messages)
    {
        if (_disk.Fault is { } fault)
            return Task.FromException<IImmutableList<Exception?>?>(new IOException(fault));
        foreach (var message in messages.SelectMany(write => (IEnumerable<IPersistentRepresentation>)write.Payload))
        {
            var serializer = (SerializerWithStringManifest)_serialization.FindSerializerFor(message.Payload);
            var row = new JournalDisk.Row(
                message.SequenceNr, serializer.Manifest(message.Payload), serializer.ToBinary(message.Payload));
            if (!_disk.TryAppend(message.PersistenceId, row))
                return Never;
        }

        return Task.FromResult<IImmutableList<Exception?>?>(null);
    }

    protected override Task DeleteMessagesToAsync(string persistenceId, long toSequenceNr)
    {
        _disk.Delete(persistenceId, toSequenceNr);
        return Task.CompletedTask;
    }

    private SerializerWithStringManifest Reader() =>
        (SerializerWithStringManifest)_serialization.FindSerializerForType(typeof(PropolisActors.Journal.JournalEvent));
}
