using System.Diagnostics;
using Crucible.Wire;

namespace Crucible.Core.Upstairs;

// Making one or two slots whole from one in service, extent by extent, while guests go on. An extent's four jobs are
// ordered against guest jobs by the dependency map like any others, so no guest ever sees an extent half copied.
//
//   for each extent:  reopen, close ─▶ repair ─▶ noop ─▶ (reopen)      then a flush, and the slots are in service
//
// A good copy that is not the source opens the extent right after its close, and serves it while it is copied.
//
// Whatever breaks it, the ids that later jobs wait for are still sent, as jobs that do nothing; the slots under repair
// start over from the connection. Repair jobs are never sent again: a slot that drops out while any is in the table
// comes back by repair and not by replay.
public sealed partial class RegionSetMachine
{
    private LiveRepair? _repair;
    private int _repairJobsBuffered;

    /// <summary>Starts what brings waiting slots back: repair from a good copy, or reconciliation when there is none.</summary>
    /// <returns>True if a live repair began.</returns>
    private bool StartRepairWhenPossible()
    {
        if (_config.ReadOnly || _repair is not null || _reconciliation is not null)
            return false;
        var waiting = 0;
        Slot? source = null;
        foreach (var slot in _slots)
        {
            waiting += !slot.Active && slot.Step == SlotStep.LiveRepairReady ? 1 : 0;
            // One that has yet to do a flush the guest relies on may be behind the very slot it would be copied over.
            source = slot.Active && !OwesFlush(slot) ? slot : source;
        }

        if (waiting == ProtocolLimits.Slots)
            ReconcileWhileActive();
        if (waiting is 0 or ProtocolLimits.Slots || source is null)
            return false;
        StartRepair(source);
        return true;
    }

    private void StartRepair(Slot source)
    {
        var repaired = Array.FindAll(_slots, slot => !slot.Active && slot.Step == SlotStep.LiveRepairReady);
        var repair = new LiveRepair(source, repaired, _config.ExtentCount, _now);
        _repair = repair;
        foreach (var slot in repaired)
        {
            // Nothing older may be named to it: its session begins with the first job of the repair.
            slot.Floor = _nextJob;
            slot.LastFlush = null;
            slot.Versions = null;
            slot.Since = _now;
            Advance(slot, SlotStep.LiveRepair);
        }

        // Who is away cannot catch up across a repair.
        foreach (var slot in _slots)
        {
            if (!slot.Active && slot.Mode == SlotMode.Offline)
                GiveUpReplay(slot, "a live repair began while it was away");
        }

        Say(UpstairsNote.LiveRepairStarted, null, $"{string.Join(" and ", repair.Repaired)} from {source}");
        BeginExtent(repair, new ExtentId(0));
    }

    private void BeginExtent(LiveRepair repair, ExtentId extent)
    {
        Reserve(repair, extent);
        var group = repair.Begin(extent);
        var special = LiveRepair.Mask(repair.Repaired);
        repair.Reopen = new Job(group.Reopen, JobKind.Reopen)
        {
            Message = new Message.ExtentLiveReopen(_config.Ids, group.Reopen, [group.NoOp], extent),
            // A copy that is neither read from nor written over has flushed as all have, and that is all it is needed for:
            // it opens the extent again at once, so that guests do not wait for the copying to read it.
            SpecialMessage = new Message.ExtentLiveReopen(_config.Ids, group.Reopen, [group.Close], extent),
            SpecialSlots = repair.Bystanders,
            Dependencies = [group.NoOp],
        };
        SubmitRepair(repair.Reopen);
        var close = new Job(group.Close, JobKind.Close)
        {
            Message = new Message.ExtentLiveFlushClose(
                _config.Ids, group.Close, group.CloseDependencies, extent, group.Flush, _generation),
            SpecialMessage = new Message.ExtentLiveClose(_config.Ids, group.Close, group.CloseDependencies, extent),
            SpecialSlots = special,
            Dependencies = group.CloseDependencies,
        };
        Await(repair, LiveRepairStep.Closing, close);
    }

    /// <summary>Goes on while the job waited for is finished; called after every input.</summary>
    private void AdvanceRepair()
    {
        while (_repair is { Waiting: { } job } repair && AbortRepairWhenBroken(repair) is false && job.Complete)
            EndRepairStep(repair);
    }

    private void EndRepairStep(LiveRepair repair)
    {
        var group = repair.Group;
        switch (repair.Step)
        {
            case LiveRepairStep.Closing:
                Await(repair, LiveRepairStep.Repairing, CopyJob(repair, group));
                break;
            case LiveRepairStep.Repairing:
                Await(repair, LiveRepairStep.Noop, NoOpJob(group.NoOp, [group.Repair], repair.Bystanders));
                break;
            case LiveRepairStep.Noop:
                repair.Step = LiveRepairStep.Reopening;
                repair.Waiting = repair.Reopen;
                break;
            case LiveRepairStep.Reopening when repair.Active + 1 < repair.Extents:
                BeginExtent(repair, new ExtentId(repair.Active + 1));
                break;
            case LiveRepairStep.Reopening:
                repair.Active = repair.Extents;
                repair.Step = LiveRepairStep.FinalFlush;
                repair.Waiting = SubmitFlush(request: null, final: false);
                break;
            default:
                FinishRepair(repair);
                break;
        }
    }

    /// <summary>The copy for those whose extent differs from the source's; for everybody else it does nothing.</summary>
    private Job CopyJob(LiveRepair repair, RepairGroup group)
    {
        var needing = repair.Repaired.Where(slot => repair.NeedsCopy(slot.Id)).ToArray();
        foreach (var slot in repair.Repaired)
        {
            if (needing.Contains(slot))
                slot.ExtentsCopied++;
            else
                slot.ExtentsConfirmed++;
        }

        if (needing.Length == 0)
            return NoOpJob(group.Repair, [group.Close], repair.Bystanders);
        repair.ExtentsCopied++;
        var source = repair.Source.RepairAddress
            ?? throw new UnreachableException($"{repair.Source} serves and never introduced itself");
        return new Job(group.Repair, JobKind.Repair)
        {
            Message = new Message.ExtentLiveNoOp(_config.Ids, group.Repair, [group.Close]),
            SpecialMessage = new Message.ExtentLiveRepair(
                _config.Ids, group.Repair, [group.Close], group.Extent, repair.Source.Id, source),
            SpecialSlots = LiveRepair.Mask(needing),
            Dependencies = [group.Close],
            FreeSlots = repair.Bystanders,
        };
    }

    private Job NoOpJob(JobId id, JobId[] dependencies, int freeSlots = 0) => new(id, JobKind.NoOp)
    {
        Message = new Message.ExtentLiveNoOp(_config.Ids, id, dependencies),
        Dependencies = dependencies,
        FreeSlots = freeSlots,
    };

    /// <summary>Every repaired slot has everything, and durably.</summary>
    private void FinishRepair(LiveRepair repair)
    {
        _repair = null;
        foreach (var slot in repair.Repaired)
        {
            slot.RepairsCompleted++;
            MarkWhole(slot);
            Serve(slot);
        }

        Say(UpstairsNote.LiveRepairFinished, null, $"{repair.ExtentsCopied} of {repair.Extents} extents were copied");
    }

    /// <summary>Gives the repair up if one that takes part left or failed.</summary>
    /// <returns>True if it is over.</returns>
    private bool AbortRepairWhenBroken(LiveRepair repair)
    {
        if (State == UpstairsState.Active && repair.Intact && repair.Waiting?.Count(JobSlotState.Error) is not > 0)
            return false;
        AbortRepair(repair);

        // Lets everything that was done under the repair be forgotten, and with it the need for another one.
        if (State == UpstairsState.Active)
            SubmitFlush(request: null, final: false);
        return true;
    }

    private void AbortRepair(LiveRepair repair)
    {
        _repair = null;
        Say(UpstairsNote.LiveRepairAborted, null, $"at extent {repair.Active} of {repair.Extents}");
        foreach (var slot in repair.Repaired)
        {
            slot.RepairsAborted++;
            DiscountFlushes(slot);
            if (slot.UnderRepair)
                Redial(slot, "the live repair could not go on");
        }

        SubmitRest(repair);
    }

    /// <summary>Sends every id that was reserved and not sent, as a job that does nothing: later jobs wait for them.</summary>
    private void SubmitRest(LiveRepair repair)
    {
        var group = repair.Group;
        if (repair.Step == LiveRepairStep.Closing)
            SubmitRepair(NoOpJob(group.Repair, [group.Close], repair.Bystanders));
        if (repair.Step is LiveRepairStep.Closing or LiveRepairStep.Repairing)
            SubmitRepair(NoOpJob(group.NoOp, [group.Repair], repair.Bystanders));
        foreach (var ahead in repair.Reserved)
        {
            SubmitRepair(NoOpJob(ahead.Close, ahead.CloseDependencies));
            SubmitRepair(NoOpJob(ahead.Repair, [ahead.Close]));
            SubmitRepair(NoOpJob(ahead.NoOp, [ahead.Repair]));
            SubmitRepair(NoOpJob(ahead.Reopen, [ahead.NoOp]));
        }
    }

    /// <summary>
    /// A job that will be sent to a slot under repair must find, for every extent it touches that is not repaired yet, an
    /// id to wait for. Called before the job takes its own id.
    /// </summary>
    private void ReserveFor(BlockIndex start, ulong blocks)
    {
        if (_repair is not { } repair || blocks == 0)
            return;
        var last = (start.Value + blocks - 1) / _config.BlocksPerExtent;
        var reached = false;
        for (var extent = start.Value / _config.BlocksPerExtent; extent <= last; extent++)
        {
            if (extent > repair.Active && (extent <= repair.Limit.Value || reached))
                Reserve(repair, new ExtentId((uint)extent));
            reached |= extent >= repair.Active && extent <= repair.Limit.Value;
        }
    }

    private void Reserve(LiveRepair repair, ExtentId extent)
    {
        if (repair.IsReserved(extent))
            return;
        var close = TakeJobId();
        _nextJob = new JobId(close.Value + RepairGroup.Size);
        var start = new BlockIndex(extent.Value * _config.BlocksPerExtent);
        var reopen = new JobId(close.Value + RepairGroup.Size - 1);
        var before = _dependencies.Add(reopen, start, _config.BlocksPerExtent, blocking: true);
        repair.Reserve(new RepairGroup(extent, close, before, TakeFlushNumber()));
    }

    private void Await(LiveRepair repair, LiveRepairStep step, Job job)
    {
        repair.Step = step;
        repair.Waiting = job;
        SubmitRepair(job);
    }

    private void SubmitRepair(Job job)
    {
        _repairJobsBuffered++;
        Submit(job);
    }

}
