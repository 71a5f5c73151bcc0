using Crucible.Wire;

namespace Crucible.Core.Upstairs;

/// <summary>
/// One run of live repair: which slots are made whole from which, how far it is, and the ids it has reserved. Data and
/// arithmetic only; the machine sends and decides.
/// </summary>
/// <remarks>
/// <code>
///   extent:   0 … a-1            a             a+1 … limit                limit+1 …
///             repaired           under work    ids reserved               not yet
///   I/O to a  sent               sent, waits   sent, waits for reopen     skipped: the copy brings it
///   repaired                     for reopen
///   slot:
/// </code>
/// </remarks>
internal sealed class LiveRepair
{
    private readonly Slot[] _repaired;
    private readonly Dictionary<ExtentId, RepairGroup> _reserved = [];
    private readonly Message.ExtentState?[] _closed = new Message.ExtentState?[ProtocolLimits.Slots];

    public LiveRepair(Slot source, Slot[] repaired, uint extents, DateTimeOffset since)
    {
        Source = source;
        _repaired = repaired;
        Extents = extents;
        Since = since;
    }

    /// <summary>The copy that is taken over.</summary>
    public Slot Source { get; }

    /// <summary>One or two slots that are made whole.</summary>
    public IReadOnlyList<Slot> Repaired => _repaired;

    /// <summary>Good copies that are neither read from nor written over, as a mask: bit n stands for slot n.</summary>
    public int Bystanders => ~(Mask(_repaired) | (1 << Source.Id.Value));

    public uint Extents { get; }

    public DateTimeOffset Since { get; }

    public LiveRepairStep Step { get; set; }

    /// <summary>The extent under work; <see cref="Extents"/> when all are done.</summary>
    public uint Active { get; set; }

    /// <summary>Extents that had to be copied to some slot.</summary>
    public uint ExtentsCopied { get; set; }

    /// <summary>The job whose end brings the next step.</summary>
    public Job? Waiting { get; set; }

    /// <summary>
    /// Of the extent under work. Kept here, because it may be forgotten in the same moment as the job before it is done:
    /// when a slot is lost, all it still had to do is given up at once.
    /// </summary>
    public Job? Reopen { get; set; }

    /// <summary>Ids of the extent under work.</summary>
    public RepairGroup Group { get; private set; }

    /// <summary>Groups taken ahead of the extent under work, which jobs already wait for.</summary>
    public IEnumerable<RepairGroup> Reserved => _reserved.Values.OrderBy(group => group.Extent.Value);

    /// <summary>A slot under repair is sent jobs that begin at or below this extent.</summary>
    public ExtentId Limit { get; private set; }

    /// <summary>
    /// True while what has been repaired may be kept: those under repair still are, and the source still serves. With all
    /// extents copied the source is not needed any more.
    /// </summary>
    public bool Intact => Array.TrueForAll(_repaired, slot => slot.UnderRepair)
        && (Source.Active || Step == LiveRepairStep.FinalFlush);

    public static int Mask(IEnumerable<Slot> slots) => slots.Aggregate(0, (mask, slot) => mask | (1 << slot.Id.Value));

    public bool IsRepaired(ClientId slot) => Array.Exists(_repaired, s => s.Id == slot);

    public bool IsReserved(ExtentId extent) => _reserved.ContainsKey(extent);

    /// <summary>The id belongs to a group of which not every job has been sent, so it is not in the table yet.</summary>
    public bool WillSend(JobId id)
    {
        if (Contains(Group, id))
            return true;
        foreach (var group in _reserved.Values)
        {
            if (Contains(group, id))
                return true;
        }

        return false;
    }

    public void Reserve(RepairGroup group)
    {
        _reserved.Add(group.Extent, group);
        Limit = new ExtentId(Math.Max(Limit.Value, group.Extent.Value));
    }

    /// <summary>Goes on to an extent whose ids have been reserved.</summary>
    public RepairGroup Begin(ExtentId extent)
    {
        _reserved.Remove(extent, out var group);
        Active = extent.Value;
        Group = group;
        Array.Clear(_closed);
        return group;
    }

    public void Closed(ClientId slot, Message.ExtentState state) => _closed[slot.Value] = state;

    /// <summary>Whether the extent, as it was closed there, may differ from the source's.</summary>
    public bool NeedsCopy(ClientId slot) => _closed[slot.Value] is not { Dirty: false } state
        || _closed[Source.Id.Value] is not { } source
        || state.Generation != source.Generation
        || state.FlushNumber != source.FlushNumber;

    private static bool Contains(RepairGroup group, JobId id) =>
        id >= group.Close && id.Value - group.Close.Value < RepairGroup.Size;
}
