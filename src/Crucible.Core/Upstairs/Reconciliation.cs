using System.Net;
using Crucible.Wire;

namespace Crucible.Core.Upstairs;

/// <summary>
/// One run of reconciliation: the plan, the step under way and who has still to answer it. It sends nothing itself.
/// </summary>
/// <remarks>
/// <code>
/// for each extent:  flush (source) ─▶ close (all) ─▶ repair (destinations) ─▶ reopen (all)
/// </code>
/// Each step has its own id and the next begins only when everybody asked has answered. It never fails by itself: a
/// participant that errs or leaves ends the whole run, and the next one plans anew from what the copies then say.
/// </remarks>
/// <param name="participants">In slot order: two or three.</param>
/// <param name="mends">What to do; at least one.</param>
/// <param name="generation">Written to a source that is dirty.</param>
/// <param name="flush">The same; above every number found.</param>
internal sealed class Reconciliation(
    Slot[] participants, IReadOnlyList<ExtentMend> mends, Generation generation, FlushNumber flush, DateTimeOffset since)
{
    /// <summary>Flush, close, repair, reopen.</summary>
    public const int StepsPerExtent = 4;

    private int _waiting;

    public IReadOnlyList<Slot> Participants => participants;

    public Generation Generation => generation;

    public FlushNumber Flush => flush;

    public DateTimeOffset Since => since;

    /// <summary>Steps that everybody asked has answered.</summary>
    public int StepsDone { get; private set; }

    public int StepsNeeded => mends.Count * StepsPerExtent;

    public int ExtentsDone => StepsDone / StepsPerExtent;

    public int ExtentsNeeded => mends.Count;

    public bool Finished => StepsDone == StepsNeeded;

    public ReconciliationId Step => new((ulong)StepsDone);

    /// <summary>True while every participant is still at it.</summary>
    public bool Intact => participants.All(slot => slot.Step == SlotStep.Reconcile);

    private ExtentMend Mend => mends[ExtentsDone];

    /// <summary>Starts the step under way: its message and who is to get it.</summary>
    public Message Begin(out IReadOnlyList<Slot> receivers)
    {
        var mend = Mend;
        (Message message, receivers) = (StepsDone % StepsPerExtent) switch
        {
            0 => ((Message)new Message.ExtentFlush(Step, mend.Extent, mend.Source, flush, generation), Only([mend.Source])),
            1 => (new Message.ExtentClose(Step, mend.Extent), participants),
            2 => (new Message.ExtentRepair(
                    Step, mend.Extent, mend.Source, RepairAddressOf(mend.Source), mend.Destinations),
                Only(mend.Destinations)),
            _ => (new Message.ExtentReopen(Step, mend.Extent), participants),
        };
        _waiting = 0;
        foreach (var slot in receivers)
            _waiting |= 1 << slot.Id.Value;
        return message;
    }

    /// <summary>Takes an answer of one participant.</summary>
    /// <returns>False when nothing was asked of it under this id.</returns>
    public bool Answered(ClientId slot, ReconciliationId id)
    {
        var bit = 1 << slot.Value;
        if (id != Step || (_waiting & bit) == 0)
            return false;
        _waiting &= ~bit;
        return true;
    }

    /// <summary>Ends the step under way if nobody has still to answer it.</summary>
    public bool TryEndStep()
    {
        if (_waiting != 0)
            return false;
        StepsDone++;
        return true;
    }

    private Slot[] Only(ClientId[] ids) => Array.FindAll(participants, slot => ids.Contains(slot.Id));

    private IPEndPoint RepairAddressOf(ClientId id) => Array.Find(participants, slot => slot.Id == id)?.RepairAddress
        ?? throw new System.Diagnostics.UnreachableException($"{id} is the source and never introduced itself");
}
