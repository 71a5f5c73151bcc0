using System.Buffers;

namespace Propolis.Machines.Simulated;

/// <summary>How a guest ended by itself.</summary>
public enum GuestEnd
{
    PoweredOff,
    Reset,
    Panicked,
}

/// <summary>What one step of a guest asks its machine to do: print first, then start operations, then end.</summary>
public sealed class GuestEffects
{
    /// <summary>Bytes for the console.</summary>
    public ArrayBufferWriter<byte> Output { get; } = new();

    /// <summary>Operations to start, in this order.</summary>
    public List<GuestIo> Operations { get; } = [];

    /// <summary>Set when the guest ran for the last time.</summary>
    public GuestEnd? End { get; private set; }

    /// <summary>Why, for <see cref="GuestEnd.Panicked"/>.</summary>
    public string EndReason { get; private set; } = "";

    public void Finish(GuestEnd end, string reason)
    {
        End = end;
        EndReason = reason;
    }

    public void Clear()
    {
        Output.ResetWrittenCount();
        Operations.Clear();
        End = null;
        EndReason = "";
    }
}
