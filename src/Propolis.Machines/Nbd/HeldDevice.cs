using Crucible.Net;
using Crucible.Wire;

namespace Propolis.Machines.Nbd;

/// <summary>
/// A disk that can be used before it is ready: operations wait until <see cref="Open"/>, and fail after
/// <see cref="GiveUp"/>. Its size is known from the start.
/// </summary>
/// <remarks>A client that negotiates with a silent server is frozen; one whose request is not answered yet only waits.</remarks>
public sealed class HeldDevice(IBlockDevice device) : IBlockDevice
{
    private static readonly IoResult GivenUp = IoResult.Failed(new CrucibleError.Plain(CrucibleErrorKind.UpstairsInactive));

    private readonly TaskCompletionSource<bool> _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public ulong BlockSizeBytes => device.BlockSizeBytes;

    public ulong SizeBytes => device.SizeBytes;

    public bool ReadOnly => device.ReadOnly;

    /// <summary>Lets operations through from now on. Does nothing when it was given up.</summary>
    public void Open() => _ready.TrySetResult(true);

    /// <summary>Fails what waits and what comes. Does nothing once it is open.</summary>
    public void GiveUp() => _ready.TrySetResult(false);

    public ValueTask<IoResult> ReadAsync(ulong offsetBytes, Memory<byte> destination, CancellationToken ct) =>
        IsOpen ? device.ReadAsync(offsetBytes, destination, ct) : AfterAsync(() => device.ReadAsync(offsetBytes, destination, ct), ct);

    public ValueTask<IoResult> WriteAsync(ulong offsetBytes, ReadOnlyMemory<byte> data, CancellationToken ct) =>
        IsOpen ? device.WriteAsync(offsetBytes, data, ct) : AfterAsync(() => device.WriteAsync(offsetBytes, data, ct), ct);

    public ValueTask<IoResult> FlushAsync(CancellationToken ct) =>
        IsOpen ? device.FlushAsync(ct) : AfterAsync(() => device.FlushAsync(ct), ct);

    private bool IsOpen => _ready.Task is { IsCompletedSuccessfully: true, Result: true };

    private async ValueTask<IoResult> AfterAsync(Func<ValueTask<IoResult>> operation, CancellationToken ct) =>
        await _ready.Task.WaitAsync(ct).ConfigureAwait(false) ? await operation().ConfigureAwait(false) : GivenUp;
}
