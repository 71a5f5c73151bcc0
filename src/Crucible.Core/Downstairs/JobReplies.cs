using System.Diagnostics;
using Crucible.Wire;

namespace Crucible.Core.Downstairs;

/// <summary>The answer to each kind of job, and to each reconciliation step, from what storage said.</summary>
internal static class JobReplies
{
    /// <summary>The answer to a job, or to a step.</summary>
    /// <param name="pool">Where frequent messages come from; null makes new ones.</param>
    public static Message Of(Message job, StorageResult result, MessagePool? pool)
    {
        var error = (result as StorageResult.Failed)?.Error;
        var done = new WireResult<Unit>(default, error);
        return job switch
        {
            Message.Write m => OfWrite(m, done, pool),
            Message.WriteUnwritten m => new Message.WriteUnwrittenAck(m.Ids, m.Job, done),
            Message.Flush m => new Message.FlushAck(m.Ids, m.Job, done),
            Message.Barrier m => new Message.BarrierAck(m.Ids, m.Job, done),
            Message.ReadRequest m => OfRead(m, result, error),
            Message.ExtentLiveClose m => new Message.ExtentLiveCloseAck(m.Ids, m.Job, OfClose(result, error)),
            Message.ExtentLiveFlushClose m => new Message.ExtentLiveCloseAck(m.Ids, m.Job, OfClose(result, error)),
            Message.ExtentLiveRepair m => new Message.ExtentLiveRepairAckId(m.Ids, m.Job, done),
            Message.ExtentLiveReopen m => new Message.ExtentLiveAckId(m.Ids, m.Job, done),
            Message.ExtentLiveNoOp m => new Message.ExtentLiveAckId(m.Ids, m.Job, done),
            Message.ExtentClose m => OfStep(m.RepairId, m.Extent, error),
            Message.ExtentReopen m => OfStep(m.RepairId, m.Extent, error),
            Message.ExtentFlush m => OfStep(m.RepairId, m.Extent, error),
            Message.ExtentRepair m => OfStep(m.RepairId, m.Extent, error),
            _ => throw new UnreachableException($"{job.Kind} is not a job"),
        };
    }

    private static Message.WriteAck OfWrite(Message.Write job, WireResult<Unit> done, MessagePool? pool)
    {
        if (pool is null)
            return new Message.WriteAck(job.Ids, job.Job, done);
        var ack = pool.TakeWriteAck();
        ack.Become(job.Ids, job.Job, done);
        return ack;
    }

    private static Message.ReadResponse OfRead(Message.ReadRequest job, StorageResult result, CrucibleError? error) =>
        (result, error) switch
        {
            (_, { } e) => new(job.Ids, job.Job, WireResult<ReadBlockContext[]>.Err(e), default),
            (StorageResult.Answered a, _) => a.Reply,
            (StorageResult.Blocks b, _) => new(job.Ids, job.Job, WireResult<ReadBlockContext[]>.Ok(b.Contexts), b.Data),
            _ => throw new UnreachableException($"{result} answers a read"),
        };

    private static WireResult<Message.ExtentState> OfClose(StorageResult result, CrucibleError? error) =>
        (result, error) switch
        {
            (_, { } e) => WireResult<Message.ExtentState>.Err(e),
            (StorageResult.Extent e, _) => WireResult<Message.ExtentState>.Ok(e.State),
            _ => throw new UnreachableException($"{result} answers a close"),
        };

    private static Message OfStep(ReconciliationId id, ExtentId extent, CrucibleError? error) =>
        error is null ? new Message.RepairAckId(id) : new Message.ExtentError(id, extent, error);
}
