namespace Akka.Persistence;

/// <summary>What a snapshot is of.</summary>
public sealed record SnapshotMetadata
{
    /// <summary>Without a time.</summary>
    public SnapshotMetadata(string persistenceId, long sequenceNr)
        : this(persistenceId, sequenceNr, DateTime.MinValue)
    {
    }

    /// <summary>A snapshot of an actor after an event.</summary>
    public SnapshotMetadata(string persistenceId, long sequenceNr, DateTime timestamp)
    {
        PersistenceId = persistenceId;
        SequenceNr = sequenceNr;
        Timestamp = timestamp;
    }

    /// <summary>The actor.</summary>
    public string PersistenceId { get; }

    /// <summary>The last event that the snapshot includes.</summary>
    public long SequenceNr { get; }

    /// <summary>When it was saved, UTC; <see cref="DateTime.MinValue"/> when not known.</summary>
    public DateTime Timestamp { get; }
}
