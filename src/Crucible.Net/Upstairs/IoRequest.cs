using Crucible.Core.Upstairs;
using Crucible.Wire;

namespace Crucible.Net.Upstairs;

/// <summary>One guest read, write or flush of at most one job.</summary>
/// <remarks>
/// The caller's buffer is written only between <see cref="TryClaim"/> and the answer, so that a caller who cancelled
/// has its buffer back for certain.
/// </remarks>
internal sealed class IoRequest : RegionSetRequest
{
    private const int Waiting = 0;
    private const int Claimed = 1;
    private const int Cancelled = 2;

    private readonly TaskCompletionSource<IoResult> _done = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _state = Waiting;

    public required IoKind Kind { get; init; }

    public BlockIndex Start { get; init; }

    public ulong Blocks { get; init; }

    /// <summary>Of a write.</summary>
    public ReadOnlyMemory<byte> Data { get; init; }

    /// <summary>Of a write: what accompanies each block.</summary>
    public BlockContext[]? Contexts { get; init; }

    /// <summary>Of a read.</summary>
    public Memory<byte> Destination { get; init; }

    /// <summary>Of a read: one for each block, or empty if nobody asks.</summary>
    public Memory<bool> Written { get; init; }

    /// <summary>Of a flush that ends in a snapshot: its name.</summary>
    public string? Snapshot { get; init; }

    /// <summary>Of a flush that ends in a snapshot.</summary>
    public TimeSpan Deadline { get; init; }

    /// <summary>Payload bytes, for admission.</summary>
    public ulong Bytes => (ulong)(Data.Length + Destination.Length);

    /// <summary>Whether a later read must see what that request, which waits before it, is to write.</summary>
    public bool ReadsWhatIsWrittenBy(IoRequest earlier) => earlier.Kind is IoKind.Write or IoKind.WriteUnwritten
        && Start.Value < earlier.Start.Value + earlier.Blocks
        && earlier.Start.Value < Start.Value + Blocks;

    public bool IsCancelled => Volatile.Read(ref _state) == Cancelled;

    public async Task<IoResult> AnswerAsync(CancellationToken ct)
    {
        using var cancelled = ct.UnsafeRegister(static (r, token) => ((IoRequest)r!).Cancel(token), this);
        return await _done.Task.ConfigureAwait(false);
    }

    public override UpstairsInput ToInput(RequestId id) => Kind switch
    {
        IoKind.Read => new UpstairsInput.Read(id, Start, Blocks),
        IoKind.Flush => new UpstairsInput.Flush(id, Snapshot, Deadline),
        _ => new UpstairsInput.Write(id, Start, Data, Kind == IoKind.WriteUnwritten, Contexts),
    };

    public void Answer(CrucibleError? error)
    {
        if (TryClaim())
            _done.TrySetResult(new IoResult(error));
    }

    public void Answer(ReadOnlyMemory<byte> data, ReadBlockContext[] contexts)
    {
        if (!TryClaim())
            return;
        data.CopyTo(Destination);
        var written = Written.Span;
        for (var i = 0; i < written.Length; i++)
            written[i] = contexts[i].Kind != ReadContextKind.Empty;
        _done.TrySetResult(IoResult.Ok);
    }

    public override void Fail(CrucibleError error) => Answer(error);

    private bool TryClaim() => Interlocked.CompareExchange(ref _state, Claimed, Waiting) == Waiting;

    private void Cancel(CancellationToken ct)
    {
        if (Interlocked.CompareExchange(ref _state, Cancelled, Waiting) == Waiting)
            _done.TrySetCanceled(ct);
    }
}
