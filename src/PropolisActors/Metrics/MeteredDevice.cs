using System.Runtime.CompilerServices;
using Crucible.Net;

namespace PropolisActors.Metrics;

/// <summary>A disk whose operations are counted. Allocates nothing for one.</summary>
internal sealed class MeteredDevice(IBlockDevice inner, DiskMeter meter, TimeProvider time) : IBlockDevice
{
    public ulong BlockSizeBytes => inner.BlockSizeBytes;

    public ulong SizeBytes => inner.SizeBytes;

    public bool ReadOnly => inner.ReadOnly;

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<IoResult> ReadAsync(ulong offsetBytes, Memory<byte> destination, CancellationToken ct)
    {
        var begun = time.GetTimestamp();
        var result = await inner.ReadAsync(offsetBytes, destination, ct).ConfigureAwait(false);
        meter.Count(IoKind.Read, destination.Length, time.GetElapsedTime(begun), result);
        return result;
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<IoResult> WriteAsync(ulong offsetBytes, ReadOnlyMemory<byte> data, CancellationToken ct)
    {
        var begun = time.GetTimestamp();
        var result = await inner.WriteAsync(offsetBytes, data, ct).ConfigureAwait(false);
        meter.Count(IoKind.Write, data.Length, time.GetElapsedTime(begun), result);
        return result;
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<IoResult> FlushAsync(CancellationToken ct)
    {
        var begun = time.GetTimestamp();
        var result = await inner.FlushAsync(ct).ConfigureAwait(false);
        meter.Count(IoKind.Flush, 0, time.GetElapsedTime(begun), result);
        return result;
    }
}
