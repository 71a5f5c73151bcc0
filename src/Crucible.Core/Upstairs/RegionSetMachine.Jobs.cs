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
    private int _flushesBuffered;
    private bool _replayPossible = true;
    private ulong _copiesDiffered;

    private void Submit(Job job)
    {
        _jobs.Add(job);
        _jobsById.Add(job.Id, job);
        if (job.Kind is JobKind.Flush or JobKind.Barrier)
            _flushesBuffered++;
        foreach (var slot in _slots)
        {
            // A slot that is neither in service nor to be replayed comes back only by a way that copies everything.
            SetState(slot, job, slot.Accepting ? JobSlotState.InProgress : JobSlotState.Skipped);
            if (slot.Active)
                Send(slot, MessageFor(slot, job));
        }

        AfterChange(job);
    }

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
        if (job.Kind == kind)
            return job;
        Misbehaved(slot, $"it answered {id}, a {job.Kind}, as a {kind}");
        return null;
    }

    private void OnAnswer(Slot slot, SessionIds ids, JobId id, JobKind kind, CrucibleError? error)
    {
        if (Answered(slot, ids, id, kind) is not { } job)
            return;
        switch (error)
        {
            case null:
                if (kind == JobKind.Flush && (slot.LastFlush is not { } last || last < id))
                    slot.LastFlush = id;
                SetState(slot, job, JobSlotState.Done);
                AfterChange(job);
                break;
            case { Kind: CrucibleErrorKind.UpstairsInactive }:
                GiveUpConnection(slot, $"it says that this upstairs is not active ({id})");
                break;
            default:
                SetState(slot, job, JobSlotState.Error);
                AfterChange(job);
                Fault(slot, $"{id}, a {kind}, failed: {error}");
                break;
        }
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

    /// <summary>An attempt failed; the server goes on trying, so the job stays outstanding.</summary>
    private void OnErrorReport(Slot slot, Message.ErrorReport report)
    {
        if (report.Ids != _config.Ids)
            return;
        slot.ErrorReports++;
        slot.LastError = $"{report.Job} is being tried again: {report.Error}";
        if (!_jobsById.TryGetValue(report.Job, out var job) || job.ErrorNoted)
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
        if (job.Acked || (!complete && job.Count(JobSlotState.Done) < DoneNeeded(job.Kind)))
            return;
        job.Acked = true;
        var failed = job.Count(JobSlotState.Error) + job.Count(JobSlotState.Skipped);
        var error = failed > FailuresAllowed(job.Kind) ? Refusals.CopiesFailed(failed) : null;
        if (job.Request is { } request)
            _out.Add(new UpstairsEffect.IoAnswered(request, error));
        if (job.Id != _finalFlush)
            return;
        _finalFlush = null;
        _finalFlushError = error;
        if (error is not null)
            _out.Add(new UpstairsEffect.Note(UpstairsNote.FinalFlushFailed, null, error.ToString()));
    }

    private int DoneNeeded(JobKind kind) => kind switch
    {
        JobKind.Read => 1,
        JobKind.Flush when State != UpstairsState.Deactivating => 2,
        JobKind.Flush or JobKind.Barrier => ProtocolLimits.Slots,
        _ => throw new UnreachableException($"{kind} is answered when it is accepted"),
    };

    private static int FailuresAllowed(JobKind kind) => kind == JobKind.Read ? ProtocolLimits.Slots - 1 : 1;

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
            _flushesBuffered--;
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
            SetState(slot, job, JobSlotState.Skipped);
            _changed.Add(job);
        }

        foreach (var job in _changed)
            AfterChange(job);
    }

    /// <summary>Puts a slot back into service that may have missed some jobs, all of which are still kept.</summary>
    private void Replay(Slot slot)
    {
        Send(slot, new Message.LastFlush(slot.LastFlush));
        Serve(slot);
        slot.Floor = slot.LastFlush ?? default;
        foreach (var job in _jobs)
        {
            // What came before its last flush is durable there, unless it never answered.
            if (slot.LastFlush is { } last && job.Id <= last && job[slot.Id] != JobSlotState.InProgress)
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
            if (!_replayPossible)
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
                SetState(slot, job, JobSlotState.None);
        }

        _jobs.Clear();
        _jobsById.Clear();
        _dependencies.Clear();
        _flushesBuffered = 0;
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
        var kept = DependenciesFor(slot, job.Dependencies);
        if (kept.Length == job.Dependencies.Length)
            return job.Message;
        return job.Message switch
        {
            Message.ReadRequest m => m with { Dependencies = kept },
            Message.Write m => m with { Dependencies = kept },
            Message.WriteUnwritten m => m with { Dependencies = kept },
            Message.Flush m => m with { Dependencies = kept },
            Message.Barrier m => m with { Dependencies = kept },
            _ => throw new UnreachableException($"{job.Message.Kind} is not a job of this table"),
        };
    }

    private JobId[] DependenciesFor(Slot slot, JobId[] dependencies)
    {
        var kept = 0;
        foreach (var id in dependencies)
            kept += IsKnownTo(slot, id) ? 1 : 0;
        return kept == dependencies.Length ? dependencies : Array.FindAll(dependencies, id => IsKnownTo(slot, id));
    }

    /// <summary>
    /// Its present session was sent this job, or was told of it as its last flush. A retired job is finished
    /// everywhere and needs no waiting for.
    /// </summary>
    private bool IsKnownTo(Slot slot, JobId id) => _jobsById.TryGetValue(id, out var job) && job[slot.Id] switch
    {
        JobSlotState.InProgress => true,
        JobSlotState.Done => id >= slot.Floor,
        _ => false,
    };
}
