namespace Crucible.Core.Upstairs;

/// <summary>
/// One renewal of the copies that go on without the third: how far it is. Data and arithmetic only; the machine sends
/// and decides.
/// </summary>
/// <remarks>
/// <code>
/// for each batch of extents:  read one block of each ─▶ host seals it ─▶ write it back ─▶ flush, when all are written
/// </code>
/// A batch bounds what is kept in memory, and what one flush has to do.
/// </remarks>
/// <param name="copies">Who is renewed, in slot order: all equal, all in service.</param>
/// <param name="number">What the host seals carries it; that of an older renewal is stale.</param>
internal sealed class Renewal(Slot[] copies, RenewalNumber number, uint extents, DateTimeOffset since)
{
    /// <summary>Extents between two flushes. Ours, and a guess.</summary>
    public const uint ExtentsPerBatch = 256;

    private uint _unwritten;

    public IReadOnlyList<Slot> Copies => copies;

    public RenewalNumber Number => number;

    public DateTimeOffset Since => since;

    public uint Extents => extents;

    /// <summary>Extents of the batches that are durable.</summary>
    public uint Done { get; private set; }

    /// <summary>The first extent that is in no batch yet.</summary>
    public uint Next { get; private set; }

    /// <summary>Ends the batch under way; null until all of it is written.</summary>
    public Job? Flush { get; set; }

    /// <summary>Why it cannot go on though every copy is still there; null while it can.</summary>
    public string? Failure { get; set; }

    /// <summary>True while it may go on.</summary>
    public bool Intact => Failure is null && Array.TrueForAll(copies, slot => slot.Active);

    /// <summary>Begins the next batch.</summary>
    /// <returns>Its first extent; <see cref="Next"/> is the one after its last.</returns>
    public uint BeginBatch()
    {
        var first = Next;
        Next = Math.Min(first + ExtentsPerBatch, extents);
        _unwritten = Next - first;
        Flush = null;
        return first;
    }

    /// <summary>One more extent is written.</summary>
    /// <returns>True if it was the last of the batch.</returns>
    public bool Written() => --_unwritten == 0;

    /// <summary>The batch is durable on every copy.</summary>
    /// <returns>True if it was the last one.</returns>
    public bool EndBatch() => (Done = Next) == extents;
}
