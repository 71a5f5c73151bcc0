using Crucible.Wire;

namespace Crucible.Core.Upstairs;

// The table of jobs: what was sent where, when a guest is answered, when a job may be forgotten, and what a slot that
// comes back must be sent again. For each slot the counters equal the table at all times.
public sealed partial class RegionSetMachine
{
    private readonly DependencyMap _dependencies = new();
    private readonly List<Job> _jobs = [];
    private readonly Dictionary<JobId, Job> _jobsById = [];
    private readonly List<Job> _changed = [];
    private readonly HashSet<JobId> _retired = [];
    private readonly Predicate<Job> _isRetired;
    private JobId _nextJob = new(UpstairsLimits.FirstJobId);
    private JobId? _finalFlush;
    private readonly List<Job> _flushesBuffered = [];
    private bool _replayPossible = true;
    private JobId _lastToRetire;
    private ulong _copiesDiffered;

    private void Submit(Job job)
    {
        Enter(job);
        foreach (var slot in _slots)
        {
            // A slot that is neither in service nor to be replayed comes back only by a way that copies everything.
            var takes = slot.UnderRepair ? IsWithinRepair(job) : slot.Accepting;
            if (takes && slot.TakesJobs && job.Kind == JobKind.Read && IsPassedOver(slot, job))
                (takes, job.PassedOver) = (false, true);
            SetState(slot, job, takes ? JobSlotState.InProgress : JobSlotState.Skipped);
            if (takes && slot.TakesJobs)
                Send(slot, MessageFor(slot, job));
        }

        AfterChange(job);
    }

    /// <summary>A read goes past a slot that is too far behind, if another can do it.</summary>
    private bool IsPassedOver(Slot slot, Job read)
    {
        if (HasRoomToRead(slot, read.Bytes))
            return false;
        foreach (var other in _slots)
        {
            if (other != slot && other.Active && HasRoomToRead(other, read.Bytes))
                return true;
        }

        return false;
    }

    /// <summary>In the order of ids: those that live repair reserved may come late.</summary>
    private void Enter(Job job)
    {
        var at = _jobs.Count;
        while (at > 0 && _jobs[at - 1].Id > job.Id)
            at--;
        _jobs.Insert(at, job);
        _jobsById.Add(job.Id, job);
        if (job.Kind is JobKind.Flush or JobKind.Barrier)
            _flushesBuffered.Add(job);
    }

    /// <summary>What begins above the frontier is left to the copy of that extent.</summary>
    private bool IsWithinRepair(Job job) => job.Kind is not (JobKind.Read or JobKind.Write or JobKind.WriteUnwritten)
        || (_repair is { } repair && job.FirstExtent.Value <= repair.Limit.Value);

    /// <summary>Answers whoever waits for it if it is time, and retires what it allows to forget.</summary>
    private void AfterChange(Job job)
    {
        var complete = job.Complete;
        Answer(job, complete);
        if (complete && job.Kind is JobKind.Flush or JobKind.Barrier && _jobsById.ContainsKey(job.Id))
            Retire(job);
        else if (complete && job.PassedOver && _jobsById.ContainsKey(job.Id))
            RetireAlone(job);
    }

    private void Answer(Job job, bool complete)
    {
        if (job.Acked || (!complete && !EnoughDone(job)) || IsHeld(job))
            return;
        job.Acked = true;
        var failed = ProtocolLimits.Slots - DoneThatCount(job);
        var error = failed > FailuresAllowed(job) ? Refusals.CopiesFailed(failed) : null;
        job.Failed = error is not null;
        if (job.Kind == JobKind.Flush && error is null && _renewal is null)
            NoteWhoMissed(job);
        if (job.Request is { } request)
            AddIoAnswered(request, error);
        if (job.Id != _finalFlush)
            return;
        _finalFlush = null;
        _finalFlushError = error;
        if (error is not null)
            _out.Add(new UpstairsEffect.Note(UpstairsNote.FinalFlushFailed, null, error.ToString()));
    }

    /// <summary>Whether a job may be answered although some slot has still to do it.</summary>
    private bool EnoughDone(Job job) => job.Kind switch
    {
        JobKind.Read => job.Count(JobSlotState.Done) >= 1,
        JobKind.Flush when State != UpstairsState.Deactivating && !job.Snapshot =>
            DoneThatCount(job) >= UpstairsLimits.WriteQuorum,
        _ => false,
    };

    /// <summary>
    /// Slots that did the job; of a flush, those that are whole: one under repair has done it only for some extents.
    /// </summary>
    private int DoneThatCount(Job job)
    {
        var done = 0;
        foreach (var slot in _slots)
        {
            if (job[slot.Id] == JobSlotState.Done && !(job.Kind == JobKind.Flush && slot.UnderRepair))
                done++;
        }

        return done;
    }

    /// <summary>
    /// A guest's flush that one whole copy has done waits for the repair that makes the second: its answer is to be
    /// good for the loss of either. If the repair fails it is answered with an error.
    /// </summary>
    private bool IsHeld(Job job) =>
        job is { Kind: JobKind.Flush, Snapshot: false, Request: not null } && _repair is not null
        && DoneThatCount(job) < UpstairsLimits.WriteQuorum
        && job.Count(JobSlotState.Done) >= UpstairsLimits.WriteQuorum;

    /// <summary>Answers what was held for a repair that is over, one way or the other.</summary>
    private void AnswerHeldFlushes()
    {
        for (var i = 0; i < _flushesBuffered.Count; i++)
        {
            var flush = _flushesBuffered[i];
            if (flush.Acked || !flush.Complete || IsHeld(flush))
                continue;
            AfterChange(flush);
            i = -1;  // It may have retired others.
        }
    }

    /// <summary>From now on the guest relies on this flush.</summary>
    private void NoteWhoMissed(Job flush)
    {
        foreach (var slot in _slots)
        {
            if (slot.UnderRepair || flush[slot.Id] is JobSlotState.Skipped or JobSlotState.Error)
                slot.HoldsFlushes &= _config.ReadOnly;
        }
    }

    private int FailuresAllowed(Job job) => job switch
    {
        { Kind: JobKind.Read } => ProtocolLimits.Slots - 1,
        _ when _config.ReadOnly => ProtocolLimits.Slots,  // There is nothing to be durable: it only lets reads be forgotten.
        { Snapshot: true } => 0,
        _ => 1,
    };

    /// <summary>
    /// A complete flush or barrier lets everything before it be forgotten that is finished everywhere.
    /// </summary>
    private void Retire(Job last)
    {
        _retired.Clear();
        foreach (var job in _jobs)
        {
            if (job.Id > last.Id)
                break;
            if (job.Acked && job.Complete)
                Forget(job);
        }

        _jobs.RemoveAll(_isRetired);
        _dependencies.Retire(_retired);
        if (last.Id < _lastToRetire)
            return;  // One that was answered late: what a barrier after it let be forgotten is not kept again.
        _lastToRetire = last.Id;
        _replayPossible = last.Kind == JobKind.Flush;
        // A flush that nobody asked for comes when nothing else does.
        _isIdle = _jobs.Count == 0 && last is { Kind: JobKind.Flush, Request: null };
    }

    private void RetireAlone(Job job)
    {
        _retired.Clear();
        Forget(job);
        _jobs.Remove(job);
        _dependencies.Retire(_retired);
    }

    private void Forget(Job job)
    {
        _retired.Add(job.Id);
        _jobsById.Remove(job.Id);
        _forgotten.Add(job);
        if (job.Kind is JobKind.Flush or JobKind.Barrier)
            _flushesBuffered.Remove(job);
        if (job.IsRepair)
            _repairJobsBuffered--;
        foreach (var slot in _slots)
            SetState(slot, job, JobSlotState.None);
    }

    /// <summary>Gives up on this slot everything it has not finished.</summary>
    private void SkipJobs(Slot slot)
    {
        if (slot.JobsInProgress == 0)
            return;
        _changed.Clear();
        foreach (var job in _jobs)
        {
            if (job[slot.Id] != JobSlotState.InProgress)
                continue;
            NoteMissed(slot, job);
            SetState(slot, job, JobSlotState.Skipped);
            _changed.Add(job);
        }

        foreach (var job in _changed)
            AfterChange(job);
    }

    /// <summary>
    /// A flush that nobody was told of yet must not count as done by a server that is given up, or that was not made
    /// whole
    /// after all: it would stand in for a copy that does not have it.
    /// </summary>
    private void DiscountFlushes(Slot slot)
    {
        foreach (var flush in _flushesBuffered)
        {
            if (!flush.Acked && flush[slot.Id] == JobSlotState.Done)
                SetState(slot, flush, JobSlotState.Skipped);
        }
    }

    /// <summary>The guest was told of a flush that this slot has still to do.</summary>
    private bool OwesFlush(Slot slot)
    {
        foreach (var flush in _flushesBuffered)
        {
            if (flush is { Acked: true, Failed: false } && flush[slot.Id] == JobSlotState.InProgress)
                return true;
        }

        return false;
    }

    /// <summary>A flush that the guest was told of is given up on this slot, which may never have had it.</summary>
    private void NoteMissed(Slot slot, Job job)
    {
        if (job is { Kind: JobKind.Flush, Acked: true, Failed: false } && job[slot.Id] == JobSlotState.InProgress)
            slot.HoldsFlushes &= _config.ReadOnly;
    }

    /// <summary>
    /// Everything a slot that went away now may have missed is still kept. Not after a barrier let some be forgotten,
    /// nor
    /// with steps of a live repair among it, which are never sent twice.
    /// </summary>
    private bool ReplayPossible => _replayPossible && _repair is null && _repairJobsBuffered == 0;

    /// <summary>Puts a slot back into service that may have missed some jobs, all of which are still kept.</summary>
    private void Replay(Slot slot)
    {
        Send(slot, new Message.LastFlush(slot.LastFlush));
        Serve(slot);
        slot.Floor = slot.LastFlush ?? default;
        foreach (var job in _jobs)
        {
            // What came before its last flush is durable there, unless it never answered; what was skipped was never
            // for it.
            if (slot.LastFlush is { } last && job.Id <= last && job[slot.Id] != JobSlotState.InProgress)
                continue;
            if (job[slot.Id] == JobSlotState.Skipped)
                continue;
            SetState(slot, job, JobSlotState.InProgress);
            job.Replayed = true;
            Send(slot, MessageFor(slot, job));
        }
    }

    private void FaultOfflineSlotsOverLimit()
    {
        foreach (var slot in _slots)
        {
            if (slot.Active || slot.Mode != SlotMode.Offline)
                continue;
            if (!ReplayPossible)
                GiveUpReplay(slot, "some of what it may have missed is no longer kept");
            else if (slot.JobsInProgress > UpstairsLimits.OfflineJobs || slot.BytesInProgress > UpstairsLimits.OfflineBytes)
                GiveUpReplay(slot, $"it was away for {slot.JobsInProgress} jobs and {slot.BytesInProgress} bytes");
        }
    }

    /// <summary>Answers everybody who waits for a job and forgets all jobs.</summary>
    private void FailOutstanding(CrucibleError error)
    {
        foreach (var job in _jobs)
        {
            if (!job.Acked && job.Request is { } request)
                AddIoAnswered(request, error);
            foreach (var slot in _slots)
            {
                NoteMissed(slot, job);
                SetState(slot, job, JobSlotState.None);
            }
        }

        _jobs.Clear();
        _jobsById.Clear();
        _dependencies.Clear();
        _flushesBuffered.Clear();
        _repairJobsBuffered = 0;
        _repair = null;
        _finalFlush = null;
        _needFlush = false;
    }

    private static void SetState(Slot slot, Job job, JobSlotState state)
    {
        Count(slot, job, job[slot.Id], -1);
        job[slot.Id] = state;
        Count(slot, job, state, +1);
    }

    private static void Count(Slot slot, Job job, JobSlotState state, int change)
    {
        var bytes = change < 0 ? 0UL - job.Bytes : job.Bytes;
        switch (state)
        {
            case JobSlotState.None:
                break;
            case JobSlotState.InProgress:
                slot.JobsInProgress += change;
                slot.BytesInProgress = unchecked(slot.BytesInProgress + bytes);
                break;
            default:
                slot.JobsFinished += change;
                slot.BytesFinished = unchecked(slot.BytesFinished + bytes);
                break;
        }
    }
}
