using Crucible.Wire;

namespace Crucible.Core.Downstairs;

/// <summary>What the machine wants done, to be carried out in the order it was written.</summary>
public abstract record DownstairsEffect
{
    private DownstairsEffect()
    {
    }

    /// <summary>Queue this message on that connection.</summary>
    public sealed record Send(ConnectionNumber Connection, Message Message) : DownstairsEffect;

    /// <summary>Close that connection once what was queued is written. The machine has already forgotten it.</summary>
    public sealed record Close(ConnectionNumber Connection, DownstairsCloseCause Cause) : DownstairsEffect;

    /// <summary>Give this to storage, behind what it was given before; answer with WorkDone.</summary>
    public sealed record Execute(WorkNumber Number, StorageWork Work) : DownstairsEffect;

    /// <summary>After <paramref name="Delay"/>, call RetryDue with the same numbers.</summary>
    public sealed record RetryAfter(ConnectionNumber Connection, JobTicket Ticket, TimeSpan Delay) : DownstairsEffect;
}
