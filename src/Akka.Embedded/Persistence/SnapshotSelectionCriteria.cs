namespace Akka.Persistence;

/// <summary>Which snapshots of an actor are meant; all bounds are inclusive.</summary>
public sealed record SnapshotSelectionCriteria
{
    /// <summary>By number and time.</summary>
    public SnapshotSelectionCriteria(
        long maxSequenceNr, DateTime maxTimeStamp, long minSequenceNr = 0, DateTime? minTimestamp = null)
    {
        MaxSequenceNr = maxSequenceNr;
        MaxTimeStamp = maxTimeStamp;
        MinSequenceNr = minSequenceNr;
        MinTimestamp = minTimestamp ?? DateTime.MinValue;
    }

    /// <summary>Up to a number, of any time.</summary>
    public SnapshotSelectionCriteria(long maxSequenceNr)
        : this(maxSequenceNr, DateTime.MaxValue)
    {
    }

    /// <summary>All; a load takes the newest.</summary>
    public static SnapshotSelectionCriteria Latest { get; } = new(long.MaxValue, DateTime.MaxValue);

    /// <summary>None at all.</summary>
    public static SnapshotSelectionCriteria None { get; } = new(0, DateTime.MinValue);

    /// <summary>Highest number.</summary>
    public long MaxSequenceNr { get; }

    /// <summary>Latest time, UTC.</summary>
    public DateTime MaxTimeStamp { get; }

    /// <summary>Lowest number.</summary>
    public long MinSequenceNr { get; }

    /// <summary>Earliest time, UTC.</summary>
    public DateTime? MinTimestamp { get; }

    /// <summary>The same with a highest number not above the bound.</summary>
    internal SnapshotSelectionCriteria Limit(long toSequenceNr) => toSequenceNr >= MaxSequenceNr
        ? this
        : new SnapshotSelectionCriteria(toSequenceNr, MaxTimeStamp, MinSequenceNr, MinTimestamp);

    /// <summary>Whether a snapshot is meant.</summary>
    internal bool Matches(SnapshotMetadata metadata)
        => metadata.SequenceNr <= MaxSequenceNr && metadata.SequenceNr >= MinSequenceNr
            && metadata.Timestamp <= MaxTimeStamp && !(metadata.Timestamp < MinTimestamp);
}
