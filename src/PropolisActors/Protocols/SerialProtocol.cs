using Akka.Actor;
using Propolis.Core.Serial;

namespace PropolisActors.Protocols;

/// <summary>
/// What a VM's serial console accepts. Commands with a VM name go to the directory; the rest goes to the console
/// itself, whose reference comes with <see cref="Attached"/>.
/// </summary>
public static class SerialProtocol
{
    /// <summary>Console output read from the history. Answered by <see cref="History"/>.</summary>
    public sealed record GetHistory(VmName Vm, SerialStart Start, ulong BytesMax) : VmProtocol.ICommand;

    /// <summary>Console output from the history.</summary>
    /// <param name="Data">From the asked offset on; may be empty.</param>
    /// <param name="LastByteOffset">The offset to ask for next.</param>
    public sealed record History(ReadOnlyMemory<byte> Data, ulong LastByteOffset);

    /// <summary>
    /// Sends <see cref="Output"/> to <paramref name="Reader"/> from now on, beginning with the history from
    /// <paramref name="Start"/> if given. Answered by <see cref="Attached"/>; the console watches the reader.
    /// </summary>
    /// <param name="Vm">The VM.</param>
    /// <param name="Reader">Takes the output; must acknowledge each with <see cref="OutputTaken"/>.</param>
    /// <param name="Start">Null for live output only.</param>
    public sealed record Attach(VmName Vm, IActorRef Reader, SerialStart? Start) : VmProtocol.ICommand;

    public sealed record Attached(IActorRef Console);

    /// <summary>Keyboard input for the guest.</summary>
    public sealed record Input(ReadOnlyMemory<byte> Data);

    /// <summary>Console output in order: at most <see cref="HistoryBytesMax"/> bytes while the reader catches up with the
    /// history, at most <see cref="LiveBytesMax"/> from then on.</summary>
    public sealed record Output(ReadOnlyMemory<byte> Data);

    /// <summary>The reader can take the next output: one is under way to a reader at a time, so a slow one lags
    /// behind in the history and holds up nobody.</summary>
    public sealed record OutputTaken(IActorRef Reader);

    /// <summary>The guest goes on elsewhere; nothing more will come here.</summary>
    /// <param name="Destination">Address of the server to read on at, <c>ip:port</c>.</param>
    /// <param name="FromStart">The offset to read on from there.</param>
    public sealed record Moved(string Destination, ulong FromStart);

    /// <summary>Nothing more will come: the VM stopped, or the reader fell out of the history.</summary>
    /// <param name="VmStopped">False when output between was discarded before the reader took it.</param>
    public sealed record Closed(bool VmStopped);

    /// <summary>Bytes in one output of the history (propolis-server API, section 14.3).</summary>
    public const int HistoryBytesMax = 16_384;

    /// <summary>Bytes in one output of what the guest prints now (section 14.3).</summary>
    public const int LiveBytesMax = 1024;
}
