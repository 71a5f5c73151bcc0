using System.Diagnostics;
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
    private JobId _nextJob = new(UpstairsLimits.FirstJobId);
    private JobId? _finalFlush;
    private readonly List<Job> _flushesBuffered = [];
    private bool _replayPossible = true;
    private ulong _copiesDiffered;

    private void Submit(Job job)
    {
        Enter(job);
        foreach (var slot in _slots)
        {
            // A slot that is neither in service nor to be replayed comes back only by a way that copies everything.
            var takes = slot.UnderRepair ? IsWithinRepair(job) : slot.Accepting;
            SetState(slot, job, takes ? JobSlotState.InProgress : JobSlotState.Skipped);
            if (takes && slot.TakesJobs)
                Send(slot, MessageFor(slot, job));
        }

        AfterChange(job);
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

    private void OnJobMessage(Slot slot, Message message)
    {
        switch (message)
        {
            case Message.WriteAck m:
                OnAnswer(slot, m.Ids, m.Job, JobKind.Write, m.Result.Error);
                break;
            case Message.WriteUnwrittenAck m:
                OnAnswer(slot, m.Ids, m.Job, JobKind.WriteUnwritten, m.Result.Error);
                break;
            case Message.FlushAck m:
                OnAnswer(slot, m.Ids, m.Job, JobKind.Flush, m.Result.Error);
                break;
            case Message.BarrierAck m:
                OnAnswer(slot, m.Ids, m.Job, JobKind.Barrier, m.Result.Error);
                break;
            case Message.ReadResponse m:
                OnReadResponse(slot, m);
                break;
            case Message.ExtentLiveCloseAck m:
                OnClosed(slot, m);
                break;
            case Message.ExtentLiveRepairAckId m:
                OnAnswer(slot, m.Ids, m.Job, JobKind.Repair, m.Result.Error);
                break;
            case Message.ExtentLiveAckId m:
                OnAnswer(slot, m.Ids, m.Job, JobKind.NoOp, m.Result.Error);
                break;
            case Message.ErrorReport m:
                OnErrorReport(slot, m);
                break;
            default:
                Misbehaved(slot, $"it sent {message.Kind} while in service");
                break;
        }
    }

    /// <summary>The job this answers, or null when the answer is to be dropped or has ended the connection.</summary>
    private Job? Answered(Slot slot, SessionIds ids, JobId id, JobKind kind)
    {
        if (ids != _config.Ids)
        {
            _out.Add(new UpstairsEffect.Note(UpstairsNote.ForeignReply, slot.Id, $"a reply for {ids.Upstairs}"));
            return null;
        }

        // Late or repeated: already retired, skipped for this slot, or answered before.
        if (!_jobsById.TryGetValue(id, out var job) || job[slot.Id] != JobSlotState.InProgress)
            return null;
        if (AnsweredAs(slot, job) == kind)
            return job;
        Misbehaved(slot, $"it answered {id}, a {job.Kind}, as a {kind}");
        return null;
    }

    /// <summary>Two kinds of repair jobs are answered alike, and a copy is none for who need not copy.</summary>
    private static JobKind AnsweredAs(Slot slot, Job job) => job.Kind switch
    {
        JobKind.Reopen => JobKind.NoOp,
        JobKind.Repair when !job.IsSpecialFor(slot.Id) => JobKind.NoOp,
        var kind => kind,
    };

    private void OnClosed(Slot slot, Message.ExtentLiveCloseAck ack)
    {
        if (ack.Result.IsOk && _repair is { } repair && repair.Group.Close == ack.Job && ack.Ids == _config.Ids)
            repair.Closed(slot.Id, ack.Result.Value);
        OnAnswer(slot, ack.Ids, ack.Job, JobKind.Close, ack.Result.Error);
    }

    private void OnAnswer(Slot slot, SessionIds ids, JobId id, JobKind kind, CrucibleError? error)
    {
        if (Answered(slot, ids, id, kind) is not { } job)
            return;
        switch (error)
        {
            case null:
                NoteFlushed(slot, job);
                SetState(slot, job, JobSlotState.Done);
                AfterChange(job);
                break;
            case { Kind: CrucibleErrorKind.UpstairsInactive }:
                GiveUpConnection(slot, $"it says that this upstairs is not active ({id})");
                break;
            case { Kind: CrucibleErrorKind.SnapshotFailed or CrucibleErrorKind.Unsupported } when job.Snapshot:
                // What was to be flushed is: only the snapshot after it was not made, and the copy is as good as ever.
                slot.LastError = $"{id}, a snapshot, failed: {error.Describe()}";
                NoteFlushed(slot, job);
                SetState(slot, job, JobSlotState.Error);
                AfterChange(job);
                break;
            default:
                FailJob(slot, job, error.Describe());
                break;
        }
    }

    private void FailJob(Slot slot, Job job, string why)
    {
        SetState(slot, job, JobSlotState.Error);
        AfterChange(job);
        Fault(slot, $"{job.Id}, a {job.Kind}, failed: {why}");
    }

    private static void NoteFlushed(Slot slot, Job job)
    {
        if (job.Kind == JobKind.Flush && (slot.LastFlush is not { } last || last < job.Id))
            slot.LastFlush = job.Id;
    }

    private void OnReadResponse(Slot slot, Message.ReadResponse message)
    {
        if (Answered(slot, message.Ids, message.Job, JobKind.Read) is not { } job)
            return;
        if (message.Blocks.Error is { } error)
        {
            if (error.Kind == CrucibleErrorKind.UpstairsInactive)
            {
                GiveUpConnection(slot, $"it says that this upstairs is not active ({job.Id})");
                return;
            }

            slot.LastError = $"{job.Id}, a read, failed: {error}";
            FinishRead(slot, job, JobSlotState.Error);
            return;
        }

        var contexts = message.Blocks.Value;
        if (BlockChecks.Fault(contexts, message.Data.Span, job.Blocks, (int)_config.BlockSize) is { } fault)
        {
            // One bad copy must not reach the guest; the others still can.
            slot.IntegrityFailures++;
            slot.LastError = $"{job.Id}, a read, came back damaged: {fault}";
            _out.Add(new UpstairsEffect.Note(UpstairsNote.IntegrityFailure, slot.Id, slot.LastError));
            FinishRead(slot, job, JobSlotState.Error);
            return;
        }

        Compare(slot, job, contexts);
        if (job.Request is { } request && !job.Acked)
        {
            job.Acked = true;
            _out.Add(new UpstairsEffect.ReadAnswered(request, message.Data, contexts));
        }

        FinishRead(slot, job, JobSlotState.Done);
    }

    private void FinishRead(Slot slot, Job job, JobSlotState state)
    {
        SetState(slot, job, state);
        AfterChange(job);
    }

    private void Compare(Slot slot, Job job, ReadBlockContext[] contexts)
    {
        if (job.FirstContexts is not { } first)
        {
            job.FirstContexts = contexts;
            return;
        }

        // A replayed read may meet a write that came after it.
        if (job.Replayed || first.AsSpan().SequenceEqual(contexts))
            return;
        _copiesDiffered++;
        _out.Add(new UpstairsEffect.Note(
            UpstairsNote.CopiesDiffer, slot.Id, $"{job.Id}, a read, was answered differently by an earlier copy"));
    }

    /// <summary>
    /// An attempt failed. The server goes on trying, so the job stays outstanding; only a step of live repair has failed
    /// for good.
    /// </summary>
    private void OnErrorReport(Slot slot, Message.ErrorReport report)
    {
        if (report.Ids != _config.Ids)
            return;
        slot.ErrorReports++;
        _jobsById.TryGetValue(report.Job, out var job);
        if (job is { IsRepair: true } && job[slot.Id] == JobSlotState.InProgress)
        {
            FailJob(slot, job, report.Error.Describe());
            return;
        }

        slot.LastError = $"{report.Job} is being tried again: {report.Error}";
        if (job is null || job.ErrorNoted)
            return;
        job.ErrorNoted = true;
        _out.Add(new UpstairsEffect.Note(UpstairsNote.ErrorReported, slot.Id, slot.LastError));
    }

    /// <summary>Answers whoever waits for it if it is time, and retires what it allows to forget.</summary>
    private void AfterChange(Job job)
    {
        var complete = job.Complete;
        Answer(job, complete);
        if (complete && job.Kind is JobKind.Flush or JobKind.Barrier && _jobsById.ContainsKey(job.Id))
            Retire(job);
    }

    private void Answer(Job job, bool complete)
    {
        if (job.Acked || (!complete && !EnoughDone(job)))
            return;
        job.Acked = true;
        var failed = ProtocolLimits.Slots - DoneThatCount(job);
        var error = failed > FailuresAllowed(job) ? Refusals.CopiesFailed(failed) : null;
        job.Failed = error is not null;
        if (job.Kind == JobKind.Flush && error is null)
            NoteWhoMissed(job);
        if (job.Request is { } request)
            _out.Add(new UpstairsEffect.IoAnswered(request, error));
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
            DoneThatCount(job) >= UpstairsLimits.WriteQuorum && (DoneInService(job, out var missing) >= 2 || !missing),
        _ => false,
    };

    private int DoneThatCount(Job job) =>
        job.Kind == JobKind.Flush && _config.ActivationQuorum < ProtocolLimits.Slots
            ? DoneInService(job, out _)
            : job.Count(JobSlotState.Done);

    /// <summary>
    /// Slots that did the job and are whole. One under repair holds only some extents, so its flush must not stand in for
    /// that of a whole copy that is still at it; and where two copies may activate the set, it does not count at all.
    /// </summary>
    /// <param name="missing">Some whole copy has still to do it.</param>
    private int DoneInService(Job job, out bool missing)
    {
        var done = 0;
        missing = false;
        foreach (var slot in _slots)
        {
            var whole = !slot.UnderRepair;
            done += whole && job[slot.Id] == JobSlotState.Done ? 1 : 0;
            missing |= whole && job[slot.Id] == JobSlotState.InProgress;
        }

        return done;
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

    private static int FailuresAllowed(Job job) => job switch
    {
        { Kind: JobKind.Read } => ProtocolLimits.Slots - 1,
        { Snapshot: true } => 0,
        _ => 1,
    };

    /// <summary>A complete flush or barrier lets everything before it be forgotten that is finished everywhere.</summary>
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

        _jobs.RemoveAll(job => _retired.Contains(job.Id));
        _dependencies.Retire(_retired);
        _replayPossible = last.Kind == JobKind.Flush;
    }

    private void Forget(Job job)
    {
        _retired.Add(job.Id);
        _jobsById.Remove(job.Id);
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

    /// <summary>A flush that the guest was told of is given up on this slot, which may never have had it.</summary>
    private void NoteMissed(Slot slot, Job job)
    {
        if (job is { Kind: JobKind.Flush, Acked: true, Failed: false } && job[slot.Id] == JobSlotState.InProgress)
            slot.HoldsFlushes &= _config.ReadOnly;
    }

    /// <summary>
    /// Everything a slot that went away now may have missed is still kept. Not after a barrier let some be forgotten, nor
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
            // What came before its last flush is durable there, unless it never answered; what was skipped was never for it.
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
                _out.Add(new UpstairsEffect.IoAnswered(request, error));
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

    /// <summary>The job as this slot is to see it: it must not be told to wait for what it will never finish.</summary>
    private Message MessageFor(Slot slot, Job job)
    {
        var message = job.IsSpecialFor(slot.Id) && job.SpecialMessage is { } special ? special : job.Message;
        if (message is Message.Flush flush && slot.UnderRepair && _repair is { } repair)
            message = flush with { ExtentLimit = repair.Limit };
        var kept = DependenciesFor(slot, job);
        return kept.Length == job.Dependencies.Length ? message : WithDependencies(message, kept);
    }

    private static Message WithDependencies(Message message, JobId[] kept) => message switch
    {
        Message.ReadRequest m => m with { Dependencies = kept },
        Message.Write m => m with { Dependencies = kept },
        Message.WriteUnwritten m => m with { Dependencies = kept },
        Message.Flush m => m with { Dependencies = kept },
        Message.Barrier m => m with { Dependencies = kept },
        Message.ExtentLiveClose m => m with { Dependencies = kept },
        Message.ExtentLiveFlushClose m => m with { Dependencies = kept },
        Message.ExtentLiveRepair m => m with { Dependencies = kept },
        Message.ExtentLiveNoOp m => m with { Dependencies = kept },
        Message.ExtentLiveReopen m => m with { Dependencies = kept },
        _ => throw new UnreachableException($"{message.Kind} is not a job of this table"),
    };

    private JobId[] DependenciesFor(Slot slot, Job job)
    {
        var kept = 0;
        foreach (var id in job.Dependencies)
            kept += IsKnownTo(slot, id) ? 1 : 0;
        if (kept == job.Dependencies.Length)
            return job.Dependencies;
        var known = Array.FindAll(job.Dependencies, id => IsKnownTo(slot, id));
        return LastFlushBefore(slot, job) is { } flush && !known.Contains(flush) ? [flush, .. known] : known;
    }

    /// <summary>
    /// What a skipped job waited for, its followers must wait for all the same: that is the newest flush before them. Else
    /// the server might do that flush after them and forget, as it does with each, what was done before.
    /// </summary>
    private JobId? LastFlushBefore(Slot slot, Job job)
    {
        for (var i = _flushesBuffered.Count - 1; i >= 0; i--)
        {
            var flush = _flushesBuffered[i];
            if (flush.Id < job.Id && flush[slot.Id] == JobSlotState.InProgress)
                return flush.Id;
        }

        return null;
    }

    /// <summary>
    /// Its present session was sent this job, will be, or was told of it as its last flush. A retired job is finished
    /// everywhere and needs no waiting for.
    /// </summary>
    private bool IsKnownTo(Slot slot, JobId id)
    {
        if (!_jobsById.TryGetValue(id, out var job))
            return _repair is { } repair && repair.WillSend(id);
        return job[slot.Id] switch
        {
            JobSlotState.InProgress => true,
            JobSlotState.Done => id >= slot.Floor,
            _ => false,
        };
    }
}
