using Crucible.Wire;

namespace Crucible.Core.Downstairs;

/// <summary>What the machine wants done, to be carried out in the order it was written.</summary>
public abstract record DownstairsEffect
{
    private DownstairsEffect()
    {
    }

    /// <summary>Queue this message on that connection.</summary>
    /// <remarks>The message is held for the host, which lets go of it when it has queued it.</remarks>
    public sealed record Send(ConnectionNumber Connection, Message Message) : DownstairsEffect
    {
        public ConnectionNumber Connection { get; private set; } = Connection;

        public Message Message { get; private set; } = Message;

        internal void Become(ConnectionNumber connection, Message message) =>
            (Connection, Message) = (connection, message);
    }

    /// <summary>Close that connection once what was queued is written. The machine has already forgotten it.</summary>
    public sealed record Close(ConnectionNumber Connection, DownstairsCloseCause Cause) : DownstairsEffect;

    /// <summary>Give this to storage, behind what it was given before; answer with WorkDone.</summary>
    public sealed record Execute(WorkNumber Number, StorageWork Work) : DownstairsEffect
    {
        public WorkNumber Number { get; private set; } = Number;

        public StorageWork Work { get; private set; } = Work;

        internal void Become(WorkNumber number, StorageWork work) => (Number, Work) = (number, work);
    }

    /// <summary>After <paramref name="Delay"/>, call RetryDue with the same numbers.</summary>
    public sealed record RetryAfter(ConnectionNumber Connection, JobTicket Ticket, TimeSpan Delay) : DownstairsEffect;
}
