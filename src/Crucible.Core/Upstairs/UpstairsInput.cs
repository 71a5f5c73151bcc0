using System.Net;
using Crucible.Wire;

namespace Crucible.Core.Upstairs;

/// <summary>Everything that can happen to a <see cref="RegionSetMachine"/>.</summary>
public abstract record UpstairsInput
{
    /// <summary>Asks to serve I/O; answered by <see cref="UpstairsEffect.ActivationAnswered"/> when active or refused.</summary>
    /// <param name="Generation">Null keeps the one in use.</param>
    public sealed record Activate(RequestId Request, Generation? Generation) : UpstairsInput;

    /// <summary>
    /// Withdraws a pending activation at once; its request is answered with an error. Nothing happens when none is
    /// pending, or when the pending one is not <paramref name="Activation"/>.
    /// </summary>
    /// <param name="Activation">Null withdraws whichever is pending.</param>
    public sealed record Abandon(RequestId? Activation) : UpstairsInput;

    /// <summary>
    /// Asks for a final flush and then to let go of the servers; answered by
    /// <see cref="UpstairsEffect.DeactivationAnswered"/>. Only an active upstairs can do it.
    /// </summary>
    public sealed record Deactivate(RequestId Request) : UpstairsInput;

    /// <summary>
    /// Lets go of the servers at once, in every state; whatever is outstanding is answered with an error.
    /// </summary>
    public sealed record ForceDeactivate : UpstairsInput;

    /// <summary>Asks to use another server in one slot; answered at once by <see cref="UpstairsEffect.ReplaceAnswered"/>.</summary>
    public sealed record Replace(RequestId Request, IPEndPoint Old, IPEndPoint New) : UpstairsInput;

    /// <summary>
    /// A guest read; answered by <see cref="UpstairsEffect.ReadAnswered"/>, or an error in
    /// <see cref="UpstairsEffect.IoAnswered"/>.
    /// </summary>
    public sealed record Read(RequestId Request, BlockIndex Start, ulong Blocks) : UpstairsInput;

    /// <summary>A guest write; answered by <see cref="UpstairsEffect.IoAnswered"/> as soon as it is accepted.</summary>
    /// <param name="Data">Whole blocks. Belongs to the machine from now on and must not change again.</param>
    /// <param name="OnlyUnwritten">Each block that was ever written is left alone.</param>
    /// <param name="Contexts">What accompanies each block of <paramref name="Data"/>, as a <see cref="BlockCipher"/> made
    /// it. Null has the machine hash the blocks itself, which it cannot do for an encrypted region set.</param>
    public sealed record Write(
        RequestId Request, BlockIndex Start, ReadOnlyMemory<byte> Data, bool OnlyUnwritten, BlockContext[]? Contexts = null)
        : UpstairsInput;

    /// <summary>A guest flush; answered by <see cref="UpstairsEffect.IoAnswered"/> when durable on two copies.</summary>
    /// <param name="Snapshot">Asks each copy for a snapshot of this name after the flush: answered well only when all
    /// three have made it, and with an error when they have not after <paramref name="Deadline"/>.</param>
    /// <param name="Deadline">Over zero; of no meaning without a snapshot.</param>
    public sealed record Flush(RequestId Request, string? Snapshot = null, TimeSpan Deadline = default) : UpstairsInput;

    /// <summary>The snapshot flush that was armed has had its time.</summary>
    public sealed record SnapshotDue(JobId Job) : UpstairsInput;

    /// <summary>The third copy has had its time in this activation.</summary>
    public sealed record GraceOver(GraceNumber Number) : UpstairsInput;

    /// <summary>What <see cref="UpstairsEffect.Seal"/> asked for.</summary>
    /// <param name="Data">One block, as it is to be stored.</param>
    /// <param name="Contexts">One, as a <see cref="BlockCipher"/> made it.</param>
    public sealed record Sealed(
        RenewalNumber Renewal, BlockIndex Start, ReadOnlyMemory<byte> Data, BlockContext[] Contexts) : UpstairsInput;

    /// <summary>The automatic flush that was armed with this number is due.</summary>
    public sealed record AutoFlushDue(AutoFlushNumber Number) : UpstairsInput;

    /// <summary>Something about one connection attempt of one slot. It is stale unless the slot is still at that attempt.</summary>
    public abstract record FromSlot(ClientId Slot, ConnectionNumber Connection) : UpstairsInput;

    /// <summary>The reconnect delay is over.</summary>
    public sealed record ReconnectDue(ClientId Slot, ConnectionNumber Connection) : FromSlot(Slot, Connection);

    /// <summary>The connection is open.</summary>
    public sealed record Connected(ClientId Slot, ConnectionNumber Connection) : FromSlot(Slot, Connection);

    /// <summary>The connection could not be made, or ended. Reported once.</summary>
    /// <param name="Why">For people; no keys, no payload.</param>
    /// <param name="Malformed">The peer sent something that is no frame.</param>
    public sealed record Lost(ClientId Slot, ConnectionNumber Connection, string Why, bool Malformed)
        : FromSlot(Slot, Connection);

    /// <summary>
    /// The reply to a read arrived, and the host has checked and decrypted it with a <see cref="BlockCipher"/>: it does so
    /// for each connection by itself, so that the one loop of a region set is not kept busy with it.
    /// </summary>
    /// <param name="Reply">Its data is plain.</param>
    /// <param name="Fault">What is wrong with it, or null.</param>
    public sealed record ReadChecked(
        ClientId Slot, ConnectionNumber Connection, Message.ReadResponse Reply, CrucibleError? Fault)
        : FromSlot(Slot, Connection);

    /// <summary>A message arrived. The machine checks the reply to a read itself, if it is not encrypted.</summary>
    public sealed record Received(ClientId Slot, ConnectionNumber Connection, Message Message) : FromSlot(Slot, Connection);
}
