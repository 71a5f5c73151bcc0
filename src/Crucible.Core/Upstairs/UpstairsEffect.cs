using System.Net;
using Crucible.Wire;

namespace Crucible.Core.Upstairs;

/// <summary>What the host of a <see cref="RegionSetMachine"/> is to do, in the order given.</summary>
public abstract record UpstairsEffect
{
    /// <summary>Connect; answered by <see cref="UpstairsInput.Connected"/> or <see cref="UpstairsInput.Lost"/>.</summary>
    public sealed record Connect(ClientId Slot, ConnectionNumber Connection, IPEndPoint Target) : UpstairsEffect;

    /// <summary>End this connection or its attempt. Nothing needs to be reported.</summary>
    public sealed record Close(ClientId Slot, ConnectionNumber Connection) : UpstairsEffect;

    /// <summary>Send, after whatever was sent on this connection before.</summary>
    public sealed record Send(ClientId Slot, ConnectionNumber Connection, Message Message) : UpstairsEffect
    {
        public ClientId Slot { get; private set; } = Slot;

        public ConnectionNumber Connection { get; private set; } = Connection;

        public Message Message { get; private set; } = Message;

        internal void Become(ClientId slot, ConnectionNumber connection, Message message) =>
            (Slot, Connection, Message) = (slot, connection, message);
    }

    /// <summary>Report <see cref="UpstairsInput.ReconnectDue"/> after the delay. Replaces an older one of the same slot.</summary>
    public sealed record ArmReconnect(ClientId Slot, ConnectionNumber Connection, TimeSpan Delay) : UpstairsEffect;

    /// <summary>Report <see cref="UpstairsInput.AutoFlushDue"/> after the delay. Replaces an older one.</summary>
    public sealed record ArmAutoFlush(AutoFlushNumber Number, TimeSpan Delay) : UpstairsEffect;

    /// <summary>Report <see cref="UpstairsInput.GraceOver"/> after the delay. Replaces an older one.</summary>
    public sealed record ArmGrace(GraceNumber Number, TimeSpan Delay) : UpstairsEffect;

    /// <summary>Report <see cref="UpstairsInput.SnapshotDue"/> after the delay. Several may be armed at a time.</summary>
    public sealed record ArmSnapshotDeadline(JobId Job, TimeSpan Delay) : UpstairsEffect;

    /// <summary>
    /// Hash, and with a key encrypt, this block; then hand it in as <see cref="UpstairsInput.Sealed"/>. It is the
    /// host's, because the machine has no key.
    /// </summary>
    /// <param name="Data">One block. Belongs to the host, which may encrypt it in place.</param>
    public sealed record Seal(RenewalNumber Renewal, BlockIndex Start, Memory<byte> Data) : UpstairsEffect;

    /// <summary>Error null: active.</summary>
    public sealed record ActivationAnswered(RequestId Request, CrucibleError? Error) : UpstairsEffect;

    /// <summary>Error null: inactive, with everything flushed.</summary>
    public sealed record DeactivationAnswered(RequestId Request, CrucibleError? Error) : UpstairsEffect;

    public sealed record ReplaceAnswered(RequestId Request, ReplaceOutcome Outcome) : UpstairsEffect;

    /// <summary>A write or flush is done, or a read, write or flush failed.</summary>
    public sealed record IoAnswered(RequestId Request, CrucibleError? Error) : UpstairsEffect
    {
        public RequestId Request { get; private set; } = Request;

        public CrucibleError? Error { get; private set; } = Error;

        internal void Become(RequestId request, CrucibleError? error) => (Request, Error) = (request, error);
    }

    /// <summary>A read is done.</summary>
    /// <param name="Data">Aliases the reply: copy it before the next input.</param>
    /// <param name="Contexts">One for each block; an empty one marks a block that was never written.</param>
    public sealed record ReadAnswered(RequestId Request, ReadOnlyMemory<byte> Data, ReadBlockContext[] Contexts)
        : UpstairsEffect
    {
        public RequestId Request { get; private set; } = Request;

        public ReadOnlyMemory<byte> Data { get; private set; } = Data;

        public ReadBlockContext[] Contexts { get; private set; } = Contexts;

        internal void Become(RequestId request, ReadOnlyMemory<byte> data, ReadBlockContext[] contexts) =>
            (Request, Data, Contexts) = (request, data, contexts);
    }

    /// <summary>Something for the log.</summary>
    /// <param name="Slot">Null when it concerns the whole region set.</param>
    public sealed record Note(UpstairsNote Kind, ClientId? Slot, string Text) : UpstairsEffect;
}
