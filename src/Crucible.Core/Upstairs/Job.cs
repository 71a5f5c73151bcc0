using Crucible.Wire;

namespace Crucible.Core.Upstairs;

/// <summary>One operation on all three copies. Kept, answered or not, until a flush or barrier retires it.</summary>
/// <remarks>The objects of forgotten jobs are used again: nothing may keep one beyond the step that forgot it.</remarks>
internal sealed class Job(JobId id, JobKind kind)
{
    private readonly JobSlotState[] _states = new JobSlotState[ProtocolLimits.Slots];

    public JobId Id { get; private set; } = id;

    public JobKind Kind { get; private set; } = kind;

    /// <summary>As sent, with the dependencies before they are pruned for one slot. Held.</summary>
    public required Message Message { get; set; }

    /// <summary>What <see cref="SpecialSlots"/> are sent instead: a slot under repair closes and copies, others do not.</summary>
    public Message? SpecialMessage { get; init; }

    /// <summary>Bit n is set when slot n gets <see cref="SpecialMessage"/>.</summary>
    public int SpecialSlots { get; init; }

    public required JobId[] Dependencies { get; set; }

    /// <summary>
    /// Bit n is set when slot n is to do it without waiting for anything. A copy that does not wait for a repair may have
    /// done a flush since, and with it forgotten what it would have to wait for.
    /// </summary>
    public int FreeSlots { get; init; }

    /// <summary>Who waits for the answer; null for the machine's own jobs and once a write was accepted.</summary>
    public RequestId? Request { get; set; }

    /// <summary>Payload of a read or a write; 0 otherwise.</summary>
    public ulong Bytes { get; set; }

    /// <summary>Blocks of a read or a write; 0 otherwise.</summary>
    public ulong Blocks { get; set; }

    /// <summary>The extent in which a read or a write begins.</summary>
    public ExtentId FirstExtent { get; set; }

    /// <summary>A flush that ends in a snapshot: all three copies or none.</summary>
    public bool Snapshot { get; init; }

    /// <summary>The answer was given, or nobody needs one any more.</summary>
    public bool Acked { get; set; }

    /// <summary>It was answered, and with an error.</summary>
    public bool Failed { get; set; }

    /// <summary>Reads a block in order to write it back; see <see cref="Renewal"/>.</summary>
    public bool Renews { get; set; }

    /// <summary>Sent again to some slot: a read may then legitimately return something newer.</summary>
    public bool Replayed { get; set; }

    /// <summary>
    /// A read that some slot in service was not asked for, because it is too far behind. It is forgotten when it is done:
    /// that slot may keep every flush from ending, and with it the reads before it from being retired.
    /// </summary>
    public bool PassedOver { get; set; }

    /// <summary>What the first good copy said of a read's blocks, as a digest.</summary>
    public ulong? FirstContexts { get; set; }

    /// <summary>A failed attempt at it was already noted.</summary>
    public bool ErrorNoted { get; set; }

    /// <summary>A step of live repair. It is sent once and never again.</summary>
    public bool IsRepair => Kind is JobKind.Close or JobKind.Repair or JobKind.NoOp or JobKind.Reopen;

    /// <summary>A plain read or write, whose object another can use.</summary>
    public bool IsReusable => Kind is JobKind.Read or JobKind.Write;

    /// <summary>No slot has still to do it.</summary>
    public bool Complete => Count(JobSlotState.InProgress) == 0;

    public bool IsSpecialFor(ClientId slot) => (SpecialSlots & (1 << slot.Value)) != 0;

    public bool IsFreeFor(ClientId slot) => (FreeSlots & (1 << slot.Value)) != 0;

    /// <summary>Is another read or write from now on; the caller sets what it is about.</summary>
    public void Become(JobId id, JobKind kind)
    {
        (Id, Kind, Request, FirstContexts) = (id, kind, null, null);
        (Acked, Failed, Renews, Replayed, PassedOver, ErrorNoted) = (false, false, false, false, false, false);
        Array.Clear(_states);
    }

    public int Count(JobSlotState state)
    {
        var count = 0;
        foreach (var s in _states)
            count += s == state ? 1 : 0;
        return count;
    }

    public JobSlotState this[ClientId slot]
    {
        get => _states[slot.Value];
        set => _states[slot.Value] = value;
    }
}
