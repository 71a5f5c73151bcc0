using Crucible.Net;
using Crucible.Wire;

namespace Propolis.Machines.Tests;

/// <summary>
/// A disk in memory that answers at once, or keeps an operation until it is released, fails it, or even ignores its
/// cancellation. Thread-safe; operations act in the order of the calls.
/// </summary>
internal sealed class MemoryDisk(int blocks, int blockSizeBytes = 512, bool readOnly = false) : IBlockDevice
{
    private readonly Lock _lock = new();
    private readonly byte[] _bytes = new byte[blocks * blockSizeBytes];
    private readonly TaskCompletionSource _held = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private TaskCompletionSource? _gate;
    private Task _last = Task.CompletedTask;
    private int _calls;

    public ulong BlockSizeBytes => (ulong)blockSizeBytes;

    public ulong SizeBytes => (ulong)_bytes.Length;

    public bool ReadOnly => readOnly;

    /// <summary>Decides about the n-th call (from 0): null lets it succeed.</summary>
    public Func<int, CrucibleError?> Fault { get; set; } = static _ => null;

    /// <summary>Operations are kept although they are cancelled.</summary>
    public bool IgnoresCancellation { get; set; }

    public int Calls
    {
        get
        {
            lock (_lock)
                return _calls;
        }
    }

    /// <summary>Ends when a first operation is kept by <see cref="Hold"/>.</summary>
    public Task Holding => _held.Task;

    public void Hold()
    {
        lock (_lock)
            _gate ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
    }

    public void Release()
    {
        lock (_lock)
        {
            _gate?.SetResult();
            _gate = null;
        }
    }

    public void Corrupt(int block, int byteInBlock)
    {
        lock (_lock)
            _bytes[(block * blockSizeBytes) + byteInBlock] ^= 0x40;
    }

    public byte[] Block(int block)
    {
        lock (_lock)
            return _bytes.AsSpan(block * blockSizeBytes, blockSizeBytes).ToArray();
    }

    public ValueTask<IoResult> ReadAsync(ulong offsetBytes, Memory<byte> destination, CancellationToken ct) =>
        DoAsync(() => _bytes.AsSpan((int)offsetBytes, destination.Length).CopyTo(destination.Span), ct);

    public ValueTask<IoResult> WriteAsync(ulong offsetBytes, ReadOnlyMemory<byte> data, CancellationToken ct) =>
        readOnly
            ? ValueTask.FromResult(IoResult.Failed(new CrucibleError.Plain(CrucibleErrorKind.ModifyingReadOnlyRegion)))
            : DoAsync(() => data.Span.CopyTo(_bytes.AsSpan((int)offsetBytes)), ct);

    public ValueTask<IoResult> FlushAsync(CancellationToken ct) => DoAsync(static () => { }, ct);

    private async ValueTask<IoResult> DoAsync(Action action, CancellationToken ct)
    {
        Task wait;
        int call;
        var mine = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_lock)
        {
            call = _calls++;
            wait = _gate is null ? _last : Task.WhenAll(_last, _gate.Task);
            _last = Task.WhenAll(_last, mine.Task);
            if (_gate is not null)
                _held.TrySetResult();
        }
        try
        {
            await wait.WaitAsync(IgnoresCancellation ? CancellationToken.None : ct);
            if (Fault(call) is { } error)
                return IoResult.Failed(error);
            lock (_lock)
                action();
            return IoResult.Ok;
        }
        finally
        {
            mine.SetResult();
        }
    }
}
