using Crucible.Net.Upstairs;
using Crucible.Wire;

namespace Crucible.Net.Volumes;

/// <summary>One region set as a disk: bytes instead of blocks.</summary>
public sealed class RegionSetDevice(RegionSet regionSet) : IVolumePart
{
    private static readonly IoResult OffsetUnaligned =
        IoResult.Failed(new CrucibleError.Plain(CrucibleErrorKind.OffsetUnaligned));

    public ulong BlockSizeBytes => regionSet.BlockSizeBytes;

    public ulong SizeBytes => regionSet.SizeBytes;

    public bool ReadOnly => regionSet.ReadOnly;

    public ValueTask<IoResult> ReadAsync(ulong offsetBytes, Memory<byte> destination, CancellationToken ct) =>
        BlockAt(offsetBytes) is { } start ? regionSet.ReadAsync(start, destination, ct) : new(OffsetUnaligned);

    public ValueTask<IoResult> ReadWrittenAsync(
        ulong offsetBytes, Memory<byte> destination, Memory<bool> written, CancellationToken ct) =>
        BlockAt(offsetBytes) is { } start ? regionSet.ReadAsync(start, destination, written, ct) : new(OffsetUnaligned);

    public ValueTask<IoResult> WriteAsync(ulong offsetBytes, ReadOnlyMemory<byte> data, CancellationToken ct) =>
        BlockAt(offsetBytes) is { } start ? regionSet.WriteAsync(start, data, ct) : new(OffsetUnaligned);

    public ValueTask<IoResult> WriteUnwrittenAsync(ulong offsetBytes, ReadOnlyMemory<byte> data, CancellationToken ct) =>
        BlockAt(offsetBytes) is { } start ? regionSet.WriteUnwrittenAsync(start, data, ct) : new(OffsetUnaligned);

    public ValueTask<IoResult> FlushAsync(CancellationToken ct) => regionSet.FlushAsync(ct);

    private BlockIndex? BlockAt(ulong offsetBytes) =>
        offsetBytes % BlockSizeBytes == 0 ? new BlockIndex(offsetBytes / BlockSizeBytes) : null;
}
