using Crucible.Net.Volumes;

namespace Crucible.Net.Tests.Volumes;

/// <summary>A part of a volume in memory, of 512-byte blocks, that answers at once with what it is told to answer.</summary>
internal sealed class MemoryDevice(int blocks) : IVolumePart
{
    private const int Block = 512;
    private (int Calls, TaskCompletionSource Source) _reached;

    public byte[] Bytes { get; } = new byte[blocks * Block];

    public bool[] Written { get; } = new bool[blocks];

    public Task<IoResult> Answer { get; set; } = Task.FromResult(IoResult.Ok);

    /// <summary>Of every kind.</summary>
    public int Calls { get; set; }

    /// <summary>Answers each call by its number, from 0, in place of <see cref="Answer"/>.</summary>
    public Func<int, Task<IoResult>>? Answering { get; set; }

    /// <summary>Ends when that many calls were made; one such wait at a time.</summary>
    public Task Reached(int calls)
    {
        _reached = (calls, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
        if (Calls >= calls)
            _reached.Source.SetResult();
        return _reached.Source.Task;
    }

    public ulong BlockSizeBytes { get; init; } = Block;

    public ulong SizeBytes => (ulong)Bytes.Length;

    public bool ReadOnly { get; set; }

    public ValueTask<IoResult> ReadAsync(ulong offsetBytes, Memory<byte> destination, CancellationToken ct)
    {
        Bytes.AsMemory((int)offsetBytes, destination.Length).CopyTo(destination);
        return FlushAsync(ct);
    }

    public ValueTask<IoResult> ReadWrittenAsync(
        ulong offsetBytes, Memory<byte> destination, Memory<bool> written, CancellationToken ct)
    {
        Written.AsMemory((int)offsetBytes / Block, written.Length).CopyTo(written);
        return ReadAsync(offsetBytes, destination, ct);
    }

    public ValueTask<IoResult> WriteAsync(ulong offsetBytes, ReadOnlyMemory<byte> data, CancellationToken ct)
    {
        for (var i = 0; i < data.Length / Block; i++)
            Store(((int)offsetBytes / Block) + i, data.Span.Slice(i * Block, Block));
        return FlushAsync(ct);
    }

    public ValueTask<IoResult> WriteUnwrittenAsync(ulong offsetBytes, ReadOnlyMemory<byte> data, CancellationToken ct)
    {
        for (var i = 0; i < data.Length / Block; i++)
        {
            if (!Written[((int)offsetBytes / Block) + i])
                Store(((int)offsetBytes / Block) + i, data.Span.Slice(i * Block, Block));
        }

        return FlushAsync(ct);
    }

    public ValueTask<IoResult> FlushAsync(CancellationToken ct)
    {
        var call = Calls++;
        if (Calls == _reached.Calls)
            _reached.Source.TrySetResult();
        return new ValueTask<IoResult>(Answering?.Invoke(call) ?? Answer);
    }

    private void Store(int block, ReadOnlySpan<byte> data)
    {
        data.CopyTo(Bytes.AsSpan(block * Block));
        Written[block] = true;
    }
}
