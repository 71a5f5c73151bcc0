namespace Propolis.Machines.Simulated;

public enum GuestIoKind
{
    Read,
    Write,
    Flush,
}

/// <summary>One disk operation the guest asks for. The object is its identity until it is completed.</summary>
public sealed class GuestIo(GuestIoKind kind, int disk, ulong block, byte[] buffer, ulong tag)
{
    public GuestIoKind Kind { get; } = kind;

    /// <summary>Index into the machine's disks.</summary>
    public int Disk { get; } = disk;

    /// <summary>First block; 0 for a flush.</summary>
    public ulong Block { get; } = block;

    /// <summary>
    /// Guest memory, whole blocks; empty for a flush. Never used for another operation, so that a disk which answers
    /// after it was given up writes into nobody's memory.
    /// </summary>
    public byte[] Buffer { get; } = buffer;

    /// <summary>The seed of the pattern written, or expected.</summary>
    public ulong Tag { get; } = tag;
}
