namespace Akka.Persistence;

/// <summary>How much of its past an actor takes back when it starts.</summary>
public sealed class Recovery
{
    /// <summary>From the newest snapshot to the newest event.</summary>
    public Recovery()
        : this(SnapshotSelectionCriteria.Latest)
    {
    }

    /// <summary>From the newest snapshot that fits to the newest event.</summary>
    public Recovery(SnapshotSelectionCriteria fromSnapshot)
        : this(fromSnapshot, long.MaxValue)
    {
    }

    /// <summary>With an upper bound.</summary>
    public Recovery(SnapshotSelectionCriteria fromSnapshot, long toSequenceNr)
        : this(fromSnapshot, toSequenceNr, long.MaxValue)
    {
    }

    /// <summary>With an upper bound and a limit.</summary>
    /// <param name="fromSnapshot">Which snapshots may be offered; null: any, the newest first.</param>
    /// <param name="toSequenceNr">The last event replayed.</param>
    /// <param name="replayMax">Most events replayed.</param>
    public Recovery(
        SnapshotSelectionCriteria? fromSnapshot = null,
        long toSequenceNr = long.MaxValue,
        long replayMax = long.MaxValue)
    {
        FromSnapshot = fromSnapshot ?? SnapshotSelectionCriteria.Latest;
        ToSequenceNr = toSequenceNr;
        ReplayMax = replayMax;
    }

    /// <summary>Everything: the newest snapshot and all events after it.</summary>
    public static Recovery Default { get; } = new(SnapshotSelectionCriteria.Latest);

    /// <summary>Nothing. The numbering of events still goes on where it was.</summary>
    public static Recovery None { get; } = new(SnapshotSelectionCriteria.None, 0);

    /// <summary>Which snapshots may be offered.</summary>
    public SnapshotSelectionCriteria FromSnapshot { get; }

    /// <summary>The last event replayed.</summary>
    public long ToSequenceNr { get; }

    /// <summary>Most events replayed.</summary>
    public long ReplayMax { get; }
}
