using Crucible.Wire;

namespace Crucible.Core.Upstairs;

/// <summary>One operation on all three copies. Kept, answered or not, until a flush or barrier retires it.</summary>
internal sealed class Job(JobId id, JobKind kind)
{
    private readonly JobSlotState[] _states = new JobSlotState[ProtocolLimits.Slots];

    public JobId Id { get; } = id;

    public JobKind Kind { get; } = kind;

    /// <summary>As sent, with the dependencies before they are pruned for one slot.</summary>
    public required Message Message { get; init; }

    public required JobId[] Dependencies { get; init; }

    /// <summary>Who waits for the answer; null for the machine's own jobs and once a write was accepted.</summary>
    public RequestId? Request { get; set; }

    /// <summary>Payload of a read or a write; 0 otherwise.</summary>
    public ulong Bytes { get; init; }

    /// <summary>Blocks of a read or a write; 0 otherwise.</summary>
    public ulong Blocks { get; init; }

    /// <summary>The answer was given, or nobody needs one any more.</summary>
    public bool Acked { get; set; }

    /// <summary>Sent again to some slot: a read may then legitimately return something newer.</summary>
    public bool Replayed { get; set; }

    /// <summary>What the first good copy said of a read's blocks.</summary>
    public ReadBlockContext[]? FirstContexts { get; set; }

    /// <summary>A failed attempt at it was already noted.</summary>
    public bool ErrorNoted { get; set; }

    /// <summary>No slot has still to do it.</summary>
    public bool Complete => Count(JobSlotState.InProgress) == 0;

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
