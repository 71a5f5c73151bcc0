using Crucible.Wire;

namespace Crucible.Core.Downstairs;

/// <summary>One job of one connection, from its arrival to its answer.</summary>
internal sealed class Job(JobTicket ticket, Message message)
{
    public JobTicket Ticket => ticket;

    public Message Message => message;

    /// <summary>Its number; null for a reconciliation step, which has none and waits for nothing.</summary>
    public JobId? Id { get; } = IdOf(message);

    /// <summary>Its share of <see cref="DownstairsLimits.BytesQueuedMax"/>.</summary>
    public int Bytes { get; } = MessageCodec.PayloadOf(message).Length;

    /// <summary>Dependencies that have not completed yet.</summary>
    public int Unmet { get; set; }

    /// <summary>Attempts that failed.</summary>
    public int Failures { get; set; }

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

    private static JobId? IdOf(Message message) => HeaderOf(message)?.Job;
}
