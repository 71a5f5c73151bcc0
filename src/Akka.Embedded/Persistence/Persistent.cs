using Akka.Actor;

namespace Akka.Persistence;

/// <summary>The representation that actors and journals make.</summary>
public class Persistent : IPersistentRepresentation
{
    /// <summary>An event and what is known of it.</summary>
    public Persistent(
        object payload,
        long sequenceNr = 0,
        string? persistenceId = null,
        string? manifest = null,
        bool isDeleted = false,
        IActorRef? sender = null,
        string? writerGuid = null,
        long timestamp = 0)
    {
        Payload = payload;
        SequenceNr = sequenceNr;
        PersistenceId = persistenceId ?? Undefined;
        Manifest = manifest ?? Undefined;
        IsDeleted = isDeleted;
        Sender = sender!;
        WriterGuid = writerGuid ?? Undefined;
        Timestamp = timestamp;
    }

    /// <summary>Stands for a text that is not known.</summary>
    public static string Undefined { get; } = string.Empty;

    /// <inheritdoc/>
    public object Payload { get; }

    /// <inheritdoc/>
    public string Manifest { get; }

    /// <inheritdoc/>
    public string PersistenceId { get; }

    /// <inheritdoc/>
    public long SequenceNr { get; }

    /// <inheritdoc/>
    public long Timestamp { get; }

    /// <inheritdoc/>
    public string WriterGuid { get; }

    /// <inheritdoc/>
    public bool IsDeleted { get; }

    /// <inheritdoc/>
    public IActorRef Sender { get; }

    /// <inheritdoc/>
    public IPersistentRepresentation WithTimestamp(long timestamp)
        => new Persistent(Payload, SequenceNr, PersistenceId, Manifest, IsDeleted, Sender, WriterGuid, timestamp);

    /// <inheritdoc/>
    public IPersistentRepresentation WithPayload(object payload)
        => new Persistent(payload, SequenceNr, PersistenceId, Manifest, IsDeleted, Sender, WriterGuid, Timestamp);

    /// <inheritdoc/>
    public IPersistentRepresentation WithManifest(string manifest)
        => new Persistent(Payload, SequenceNr, PersistenceId, manifest, IsDeleted, Sender, WriterGuid, Timestamp);

    /// <inheritdoc/>
    public IPersistentRepresentation Update(
        long sequenceNr, string persistenceId, bool isDeleted, IActorRef sender, string writerGuid)
        => new Persistent(Payload, sequenceNr, persistenceId, Manifest, isDeleted, sender, writerGuid, Timestamp);

    /// <inheritdoc/>
    public override string ToString() => $"Persistent<pid: {PersistenceId}, seqNr: {SequenceNr}, manifest: {Manifest}>";
}
