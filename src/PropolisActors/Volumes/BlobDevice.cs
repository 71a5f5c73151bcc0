using Crucible.Net;
using Crucible.Wire;
using Propolis.Core.Spec;

namespace PropolisActors.Volumes;

/// <summary>A read-only disk whose content came with the spec, such as the one that configures a guest at its first boot.</summary>
/// <param name="content">Whole blocks; not changed any more.</param>
internal sealed class BlobDevice(ReadOnlyMemory<byte> content) : IBlockDevice
{
    private static readonly IoResult Refused =
        IoResult.Failed(new CrucibleError.Plain(CrucibleErrorKind.ModifyingReadOnlyRegion));

    public ulong BlockSizeBytes => Component.BlobStorageBackend.BlockSizeBytes;

    public ulong SizeBytes => (ulong)content.Length;

    public bool ReadOnly => true;

    public ValueTask<IoResult> ReadAsync(ulong offsetBytes, Memory<byte> destination, CancellationToken ct)
    {
        content.Slice((int)offsetBytes, destination.Length).CopyTo(destination);
        return new(IoResult.Ok);
    }

    public ValueTask<IoResult> WriteAsync(ulong offsetBytes, ReadOnlyMemory<byte> data, CancellationToken ct) => new(Refused);

    public ValueTask<IoResult> FlushAsync(CancellationToken ct) => new(IoResult.Ok);
}
