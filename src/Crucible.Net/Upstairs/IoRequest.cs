using System.Threading.Tasks.Sources;
using Crucible.Core.Upstairs;
using Crucible.Wire;

namespace Crucible.Net.Upstairs;

/// <summary>One guest read, write or flush of at most one job.</summary>
/// <remarks>
/// <para>The caller's buffer is written only between <see cref="TryClaim"/> and the answer, so that a caller who cancelled
/// has its buffer back for certain.</para>
/// <para>The object is used again when its caller has taken the answer that the loop gave: the loop has forgotten it
/// before it answers. After a cancellation the loop may still have it, so that one is not.</para>
/// </remarks>
/// <param name="pool">Where it comes from.</param>
internal sealed class IoRequest(IoRequestPool pool) : RegionSetRequest, IValueTaskSource<IoResult>
{
    private const int Waiting = 0;
    private const int Claimed = 1;
    private const int Cancelled = 2;

    private ManualResetValueTaskSourceCore<IoResult> _done = new() { RunContinuationsAsynchronously = true };
    private CancellationTokenRegistration _cancellation;
    private CancellationToken _token;
    private int _state = Waiting;

    public IoKind Kind { get; private set; }

    public BlockIndex Start { get; private set; }

    public ulong Blocks { get; private set; }

    /// <summary>Of a write of blocks that were never written.</summary>
    public ReadOnlyMemory<byte> Data { get; private set; }

    /// <summary>Of such a write: what accompanies each block.</summary>
    public BlockContext[]? Contexts { get; private set; }

    /// <summary>Of a plain write: what is to be sent. Held for whoever takes the request.</summary>
    public Message.Write? Draft { get; private set; }

    /// <summary>Of a read.</summary>
    public Memory<byte> Destination { get; private set; }

    /// <summary>Of a read: one for each block, or empty if nobody asks.</summary>
    public Memory<bool> Written { get; private set; }

    /// <summary>Of a flush that ends in a snapshot: its name.</summary>
    public string? Snapshot { get; private set; }

    /// <summary>Of a flush that ends in a snapshot.</summary>
    public TimeSpan Deadline { get; private set; }

    /// <summary>Payload bytes, for admission.</summary>
    public ulong Bytes => (ulong)(Data.Length + Destination.Length + (Draft?.Data.Length ?? 0));

    public bool IsCancelled => Volatile.Read(ref _state) == Cancelled;

    public IoRequest ToRead(BlockIndex start, ulong blocks, Memory<byte> destination, Memory<bool> written)
    {
        (Kind, Start, Blocks, Destination, Written) = (IoKind.Read, start, blocks, destination, written);
        return this;
    }

    public IoRequest ToWrite(Message.Write draft, ulong blocks)
    {
        (Kind, Start, Blocks, Draft) = (IoKind.Write, draft.Start, blocks, draft);
        return this;
    }

    public IoRequest ToWriteUnwritten(BlockIndex start, ulong blocks, ReadOnlyMemory<byte> data, BlockContext[] contexts)
    {
        (Kind, Start, Blocks, Data, Contexts) = (IoKind.WriteUnwritten, start, blocks, data, contexts);
        return this;
    }

    public IoRequest ToFlush(string? snapshot, TimeSpan deadline)
    {
        (Kind, Snapshot, Deadline) = (IoKind.Flush, snapshot, deadline);
        return this;
    }

    /// <summary>Whether a later read must see what that request, which waits before it, is to write.</summary>
    public bool ReadsWhatIsWrittenBy(IoRequest earlier) => earlier.Kind is IoKind.Write or IoKind.WriteUnwritten
        && Start.Value < earlier.Start.Value + earlier.Blocks
        && earlier.Start.Value < Start.Value + Blocks;

    /// <summary>The answer. To be called before the loop can have the request.</summary>
    public ValueTask<IoResult> AnswerAsync(CancellationToken ct)
    {
        var answer = new ValueTask<IoResult>(this, _done.Version);
        _token = ct;
        if (ct.CanBeCanceled)
            _cancellation = ct.UnsafeRegister(static r => ((IoRequest)r!).Cancel(), this);
        return answer;
    }

    public override UpstairsInput ToInput(RequestId id) => Kind switch
    {
        IoKind.Read => new UpstairsInput.Read(id, Start, Blocks),
        IoKind.Flush => new UpstairsInput.Flush(id, Snapshot, Deadline),
        _ => new UpstairsInput.Write(id, Start, Data, Kind == IoKind.WriteUnwritten, Contexts),
    };

    public void Answer(CrucibleError? error)
    {
        // The last word to the caller is also the last use of this object here.
        if (TryClaim())
            _done.SetResult(new IoResult(error));
    }

    public void Answer(ReadOnlyMemory<byte> data, ReadBlockContext[] contexts)
    {
        if (!TryClaim())
            return;
        data.CopyTo(Destination);
        var written = Written.Span;
        for (var i = 0; i < written.Length; i++)
            written[i] = contexts[i].Kind != ReadContextKind.Empty;
        _done.SetResult(IoResult.Ok);
    }

    public override void Fail(CrucibleError error) => Answer(error);

    public IoResult GetResult(short token)
    {
        var isReusable = _done.GetStatus(token) == ValueTaskSourceStatus.Succeeded;
        // Waits for a cancellation that is under way, which is too late and finds nothing to do.
        _cancellation.Dispose();
        var result = _done.GetResult(token);
        if (isReusable)
            Reset();
        return result;
    }

    public ValueTaskSourceStatus GetStatus(short token) => _done.GetStatus(token);

    public void OnCompleted(
        Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _done.OnCompleted(continuation, state, token, flags);

    private bool TryClaim() => Interlocked.CompareExchange(ref _state, Claimed, Waiting) == Waiting;

    private void Cancel()
    {
        if (Interlocked.CompareExchange(ref _state, Cancelled, Waiting) == Waiting)
            _done.SetException(new OperationCanceledException(_token));
    }

    private void Reset()
    {
        _done.Reset();
        (_cancellation, _token) = (default, default);
        (Data, Contexts, Draft, Destination, Written, Snapshot) = (default, null, null, default, default, null);
        Volatile.Write(ref _state, Waiting);
        pool.TakeBack(this);
    }
}
