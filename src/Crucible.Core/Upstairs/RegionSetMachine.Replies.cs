using System.Diagnostics;
using System.Runtime.InteropServices;
using Crucible.Wire;

namespace Crucible.Core.Upstairs;

// What the servers answer to jobs, and what becomes of a slot whose answer is wrong or bad news.
public sealed partial class RegionSetMachine
{
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
                OnReadResponse(slot, m, FaultOf(m));
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

    /// <summary>For a host that does not check by itself; and for an error, in which there is nothing to check.</summary>
    private CrucibleError? FaultOf(Message.ReadResponse message)
    {
        if (_config.Encrypted && message.Blocks.IsOk)
            throw new UnreachableException("an encrypted reply must come decrypted: the machine has no key");
        return message.Blocks.IsOk
            ? _hashes.Open(message.Blocks.Value, MemoryMarshal.AsMemory(message.Data).Span)
            : null;
    }

    private void OnReadResponse(Slot slot, Message.ReadResponse message, CrucibleError? found)
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
        if ((found ?? ((ulong)contexts.Length == job.Blocks ? null : Refusals.WrongLength)) is { } fault)
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
            AddReadAnswered(request, message.Data, contexts);
        }
        else if (job is { Renews: true, Acked: false } && _renewal is { } renewal)
        {
            job.Acked = true;
            OnRenewalRead(renewal, job, message.Data);
        }

        FinishRead(slot, job, JobSlotState.Done);
    }

    private void FinishRead(Slot slot, Job job, JobSlotState state)
    {
        SetState(slot, job, state);
        AfterChange(job);
        if (job is { Renews: true, Failed: true } && _renewal is { } renewal)
            renewal.Failure = slot.LastError;
    }

    private void Compare(Slot slot, Job job, ReadBlockContext[] contexts)
    {
        // The reply is not kept, and neither are its contexts.
        var digest = DigestOf(contexts);
        if (job.FirstContexts is not { } first)
        {
            job.FirstContexts = digest;
            return;
        }

        // A replayed read may meet a write that came after it.
        if (job.Replayed || first == digest)
            return;
        _copiesDiffered++;
        _out.Add(new UpstairsEffect.Note(
            UpstairsNote.CopiesDiffer, slot.Id, $"{job.Id}, a read, was answered differently by an earlier copy"));
    }

    private static ulong DigestOf(ReadOnlySpan<ReadBlockContext> contexts)
    {
        var digest = (ulong)contexts.Length;
        foreach (ref readonly var context in contexts)
        {
            var (nonce, tag) = (context.Encryption.Nonce, context.Encryption.Tag);
            digest = Mixed(Mixed(digest, (ulong)context.Kind), context.Hash);
            if (context.Kind == ReadContextKind.Encrypted)
                digest = Mixed(Mixed(Mixed(Mixed(digest, nonce.First8), nonce.Last4), tag.First8), tag.Last8);
        }

        return digest;
    }

    // Any odd number with its bits well spread will do: this is the golden ratio.
    private static ulong Mixed(ulong digest, ulong value) =>
        ulong.RotateLeft((digest ^ value) * 0x9E3779B97F4A7C15, 29);

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
}
