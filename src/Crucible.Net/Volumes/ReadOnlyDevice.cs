using Crucible.Wire;

namespace Crucible.Net.Volumes;

/// <summary>A volume that has no blocks of its own: its parent, which takes no writes. A flush has nothing to do.</summary>
public sealed class ReadOnlyDevice(IVolumePart parent) : IVolumePart
{
    private static readonly IoResult Refused =
        IoResult.Failed(new CrucibleError.Plain(CrucibleErrorKind.ModifyingReadOnlyRegion));

    public ulong BlockSizeBytes => parent.BlockSizeBytes;

    public ulong SizeBytes => parent.SizeBytes;

    public bool ReadOnly => true;

    public ValueTask<IoResult> ReadAsync(ulong offsetBytes, Memory<byte> destination, CancellationToken ct) =>
        parent.ReadAsync(offsetBytes, destination, ct);

    public ValueTask<IoResult> ReadWrittenAsync(
        ulong offsetBytes, Memory<byte> destination, Memory<bool> written, CancellationToken ct) =>
        parent.ReadWrittenAsync(offsetBytes, destination, written, ct);

    public ValueTask<IoResult> WriteAsync(ulong offsetBytes, ReadOnlyMemory<byte> data, CancellationToken ct) => new(Refused);

    public ValueTask<IoResult> WriteUnwrittenAsync(ulong offsetBytes, ReadOnlyMemory<byte> data, CancellationToken ct) =>
        new(Refused);

    public ValueTask<IoResult> FlushAsync(CancellationToken ct) => new(IoResult.Ok);
}
