using Crucible.Wire;

namespace Crucible.Core.Downstairs;

/// <summary>One job of one connection, from its arrival to its answer.</summary>
/// <remarks>The objects of answered jobs are used again.</remarks>
internal sealed class Job
{
    public Job(JobTicket ticket, Message message, JobId? id)
    {
        Work = new StorageWork.Perform(message);
        Become(ticket, message, id);
    }

    public JobTicket Ticket { get; private set; }

    /// <summary>Held until the job is answered.</summary>
    public Message Message => Work.Message;

    /// <summary>What storage is asked to do, if it is asked.</summary>
    public StorageWork.Perform Work { get; }

    /// <summary>Its number; null for a reconciliation step, which has none and waits for nothing.</summary>
    public JobId? Id { get; private set; }

    /// <summary>Its share of <see cref="DownstairsLimits.BytesQueuedMax"/>.</summary>
    public int Bytes { get; private set; }

    /// <summary>Dependencies that have not completed yet.</summary>
    public int Unmet { get; set; }

    /// <summary>Attempts that failed.</summary>
    public int Failures { get; set; }

    /// <summary>Is another one from now on.</summary>
    public void Become(JobTicket ticket, Message message, JobId? id)
    {
        Work.Become(message);
        (Ticket, Id, Bytes, Unmet, Failures) = (ticket, id, MessageCodec.PayloadOf(message).Length, 0, 0);
    }

    /// <summary>It may have to wait long: its payload must not keep the whole buffer in which it arrived.</summary>
    public void Detach()
    {
        if (Message is not Message.Write write)
            return;
        Work.Become(write with
        {
            Dependencies = [.. write.Dependencies],
            Contexts = [.. write.Contexts],
            Data = write.Data.ToArray(),
        });
        write.Release();
    }

    public static (SessionIds Ids, JobId Job, JobId[] Dependencies)? HeaderOf(Message message) => message switch
    {
        Message.Write m => (m.Ids, m.Job, m.Dependencies),
        Message.WriteUnwritten m => (m.Ids, m.Job, m.Dependencies),
        Message.ReadRequest m => (m.Ids, m.Job, m.Dependencies),
        Message.Flush m => (m.Ids, m.Job, m.Dependencies),
        Message.Barrier m => (m.Ids, m.Job, m.Dependencies),
        Message.ExtentLiveClose m => (m.Ids, m.Job, m.Dependencies),
        Message.ExtentLiveFlushClose m => (m.Ids, m.Job, m.Dependencies),
        Message.ExtentLiveRepair m => (m.Ids, m.Job, m.Dependencies),
        Message.ExtentLiveReopen m => (m.Ids, m.Job, m.Dependencies),
        Message.ExtentLiveNoOp m => (m.Ids, m.Job, m.Dependencies),
        _ => null,
    };
}
