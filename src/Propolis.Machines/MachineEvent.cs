namespace Propolis.Machines;

/// <summary>What a machine tells its owner without being asked.</summary>
public abstract record MachineEvent
{
    private MachineEvent()
    {
    }

    /// <summary>The guest wrote to its first serial port. The bytes are the receiver's to keep.</summary>
    public sealed record SerialOutput(ReadOnlyMemory<byte> Data) : MachineEvent;

    /// <summary>Serial input was lost because the guest took it too slowly.</summary>
    /// <param name="BytesTotal">Bytes lost since the machine was created.</param>
    public sealed record SerialInputDropped(long BytesTotal) : MachineEvent;

    /// <summary>The guest turned itself off; the machine waits for <see cref="IMachine.HaltAsync"/>.</summary>
    public sealed record GuestPoweredOff : MachineEvent;

    /// <summary>The guest asked for a reset; the machine waits for <see cref="IMachine.ResetAsync"/>.</summary>
    public sealed record GuestReset : MachineEvent;

    /// <summary>The guest stopped on an error of its own and says why; it stays stopped until reset or halted.</summary>
    public sealed record GuestPanicked(string Reason) : MachineEvent;

    /// <summary>The machine itself broke. It runs nothing any more and is only good for disposal.</summary>
    public sealed record Failed(string Reason) : MachineEvent;
}
