using System.Diagnostics;
using Crucible.Wire;

namespace Crucible.Core.Downstairs;

// The running half: which messages are jobs, when they go to storage, and what their end means.
public sealed partial class DownstairsMachine
{
    private static readonly Message.Imok Imok = new();

    /// <summary>Work that storage has and has not answered. Job is null for promotions and version questions.</summary>
    private readonly Dictionary<WorkNumber, (ConnectionNumber Connection, Job? Job, StorageWork Work)> _inFlight = [];

    /// <summary>Connections with a ready job, each once, served in turn so that none starves another.</summary>
    private readonly Queue<DownstairsConnection> _turns = new();
    private readonly HashSet<ConnectionNumber> _queuedForTurn = [];
    private int _jobsInFlight;
    private ulong _nextWork;
    private ulong _nextTicket;

    private void ReceiveJob(DownstairsConnection from, Message message)
    {
        var header = Job.HeaderOf(message);
        if (header is null && !IsReconciliationStep(message))
        {
            Close(from, DownstairsCloseCause.UnexpectedMessage);
        }
        else if (header is { } h && h.Ids != from.Ids)
        {
            // Dropped without being done; the connection stays.
            var expected = h.Ids.Upstairs != from.Ids.Upstairs ? from.Ids.Upstairs.Value : from.Ids.Session.Value;
            Send(from, new Message.UuidMismatch(expected));
        }
        else if (_settings.ReadOnly && message is not (Message.ReadRequest or Message.Flush or Message.Barrier))
        {
            Close(from, DownstairsCloseCause.ReadOnlyViolated);
        }
        else if (IsMalformedWrite(message))
        {
            Close(from, DownstairsCloseCause.MalformedWrite);
        }
        else
        {
            var job = NewJob(message, header?.Job);
            from.Jobs.Add(job, header?.Dependencies ?? []);
            if (job.Unmet > 0)
                job.Detach();
            if (from.Jobs.IsOverLimit)
                Close(from, DownstairsCloseCause.LimitMet);
            else
                MarkReady(from);
        }
    }

    // Reconciliation steps have no ids and no dependencies: they go to storage in their order of arrival.
    private static bool IsReconciliationStep(Message message) =>
        message is Message.ExtentFlush or Message.ExtentClose or Message.ExtentRepair or Message.ExtentReopen;

    private bool IsMalformedWrite(Message message) => message switch
    {
        Message.Write m => !Fits(m.Contexts, m.Data),
        Message.WriteUnwritten m => !Fits(m.Contexts, m.Data),
        _ => false,
    };

    private bool Fits(BlockContext[] contexts, ReadOnlyMemory<byte> data) =>
        (ulong)contexts.Length * _settings.Region.BlockSize == (ulong)data.Length;

    private void MarkReady(DownstairsConnection connection)
    {
        if (connection.Jobs.TryPeekReady(out _) && _queuedForTurn.Add(connection.Number))
            _turns.Enqueue(connection);
    }

    /// <summary>Hands ready jobs to storage, one of each connection in turn, up to the limit in flight.</summary>
    private void Pump()
    {
        while (_jobsInFlight < DownstairsLimits.JobsInFlightMax && _turns.TryDequeue(out var connection))
        {
            _queuedForTurn.Remove(connection.Number);
            if (!_connections.ContainsKey(connection.Number) || !connection.Jobs.TryTakeReady(out var job))
                continue;
            Begin(connection, job);
            MarkReady(connection);
        }
    }

    private void Begin(DownstairsConnection connection, Job job)
    {
        switch (job.Message)
        {
            case Message.Barrier or Message.ExtentLiveNoOp:
                Answer(connection, job, StorageResult.Done.Instance);
                break;
            case Message.Flush { SnapshotName: { } name } when WasDoneBefore(connection, job):
                Execute(connection, job, new StorageWork.ConfirmSnapshot(name));
                break;
            case var _ when WasDoneBefore(connection, job):
                Answer(connection, job, StorageResult.Done.Instance);
                break;
            default:
                Execute(connection, job, job.Work);
                break;
        }
    }

    // See the remarks on the machine: doing these again could bring back versions older than what was flushed.
    private static bool WasDoneBefore(DownstairsConnection connection, Job job) =>
        connection.DoneThrough is { } last && job.Id is { } id && id.Value <= last.Value
        && job.Message is Message.Write or Message.WriteUnwritten or Message.Flush;

    private void Execute(DownstairsConnection on, Job? job, StorageWork work)
    {
        var number = new WorkNumber(_nextWork++);
        _inFlight.Add(number, (on.Number, job, work));
        if (job is not null)
            _jobsInFlight++;
        AddExecute(number, work);
    }

    private void Finish(WorkNumber number, StorageResult result)
    {
        if (!_inFlight.Remove(number, out var given))
            throw new UnreachableException($"work {number.Value} was not given out");
        if (given.Job is not null)
            _jobsInFlight--;
        if (given.Work is StorageWork.Perform { Message: Message.Flush flush }
            && (result is StorageResult.Done || IsSnapshotAlone(result)))
            Flushed(flush);
        var connection = _connections.GetValueOrDefault(given.Connection);
        switch (given)
        {
            case (_, null, StorageWork.Promote work):
                PromotionStored(connection, work, result);
                break;
            case var _ when connection is null:
                // The connection ended or was superseded while storage was at it: there is nobody to tell.
                break;
            case (_, null, StorageWork.ReadVersions):
                VersionsRead(connection, result);
                break;
            case (_, { } job, StorageWork.Perform or StorageWork.ConfirmSnapshot):
                JobDone(connection, job, result);
                break;
            default:
                throw new UnreachableException($"{given.Work} was not for a job");
        }
    }

    // Whether or not anyone is left to hear of it: it is what a replay must not undo.
    private void Flushed(Message.Flush flush)
    {
        if (flush.ExtentLimit is null)
            _flushed = new(flush.Ids.Session, flush.Job);
    }

    private void JobDone(DownstairsConnection connection, Job job, StorageResult result)
    {
        if (result is not StorageResult.Failed failed)
        {
            Answer(connection, job, result);
        }
        else if (job.Id is not { } id)
        {
            // A reconciliation step has its own error message, and the upstairs starts over.
            Answer(connection, job, result);
        }
        else
        {
            job.Failures++;
            Send(connection, new Message.ErrorReport(connection.Ids, id, failed.Error));
            if (job.Message is Message.ExtentLiveRepair)
            {
                Close(connection, DownstairsCloseCause.RepairFailed);
            }
            else if (failed.MayPass && job.Failures < DownstairsLimits.AttemptsMax)
            {
                connection.Jobs.HoldForRetry(job);
                var delay = DownstairsLimits.FirstRetryDelay * (1 << (job.Failures - 1));
                _effects.Add(new DownstairsEffect.RetryAfter(connection.Number, job.Ticket, delay));
            }
            else
            {
                Answer(connection, job, result);
            }
        }
    }

    /// <summary>Sends the job's own answer and lets what waited for it start.</summary>
    /// <remarks>A write or flush that failed for good does not complete: the upstairs faults this copy and leaves. A
    /// read that failed does, because it changed nothing, the upstairs takes another copy's answer and stays, and a
    /// later write to the same blocks depends on it: that write may be the very one that heals them. So does a flush
    /// that flushed and only could not be kept as a snapshot: the upstairs need not fault this copy for that.</remarks>
    private void Answer(DownstairsConnection connection, Job job, StorageResult result)
    {
        Send(connection, JobReplies.Of(job.Message, result, _messages));
        if (result is StorageResult.Failed && job.Message is not Message.ReadRequest && !IsSnapshotAlone(result))
            connection.Jobs.Forget(job);
        else
            connection.Jobs.Complete(job);
        LetGo(job);
        MarkReady(connection);
    }

    // Storage says ModifyingReadOnlyRegion of a flush only if it asked for a snapshot; there was nothing to flush then.
    private static bool IsSnapshotAlone(StorageResult result) => result is StorageResult.Failed
    {
        Error.Kind: CrucibleErrorKind.SnapshotFailed or CrucibleErrorKind.ModifyingReadOnlyRegion,
    };
}
