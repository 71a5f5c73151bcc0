namespace PropolisActors.Benchmarks.DataPath;

/// <summary>One kind of load: what a guest asks for, how often at once, and what that is in bytes on each connection.</summary>
/// <param name="Name">As printed.</param>
/// <param name="Bytes">Of one operation of the guest.</param>
/// <param name="Depth">Operations under way at a time.</param>
/// <param name="IsWrite">Else a read.</param>
/// <param name="IsSequential">Else at random blocks.</param>
internal sealed record Traffic(string Name, int Bytes, int Depth, bool IsWrite, bool IsSequential)
{
    /// <summary>Bytes of a frame without contexts and payload; an answer's are much the same.</summary>
    private const int FrameBytes = 80;

    /// <summary>Bytes of a block's context in a frame: its hash and a tag, or two.</summary>
    private const int ContextBytes = 10;

    public static readonly Traffic[] All =
    [
        new("4 KiB random write, depth 1", 4096, 1, IsWrite: true, IsSequential: false),
        new("4 KiB random write, depth 32", 4096, 32, IsWrite: true, IsSequential: false),
        new("4 KiB random read, depth 1", 4096, 1, IsWrite: false, IsSequential: false),
        new("4 KiB random read, depth 32", 4096, 32, IsWrite: false, IsSequential: false),
        new("1 MiB sequential write, depth 4", 1024 * 1024, 4, IsWrite: true, IsSequential: true),
        new("1 MiB sequential read, depth 4", 1024 * 1024, 4, IsWrite: false, IsSequential: true),
    ];

    /// <summary>Bytes each server is sent for an operation.</summary>
    public int RequestBytes => IsWrite ? LongBytes : FrameBytes;

    /// <summary>Bytes each server answers.</summary>
    public int ReplyBytes => IsWrite ? FrameBytes : LongBytes;

    private int LongBytes => FrameBytes + Bytes + (Bytes / Disk.BlockSize * ContextBytes);
}
