using System.Security.Cryptography;
using System.Threading.Channels;
using Crucible.Core.Upstairs;
using Crucible.Wire;

namespace Crucible.Net.Upstairs;

// What a guest calls: reads, writes and flushes are cut into jobs, prepared on the caller's thread, and queued.
public sealed partial class RegionSet
{
    /// <summary>Fills whole blocks from <paramref name="start"/>; blocks never written read as zeros.</summary>
    public ValueTask<IoResult> ReadAsync(BlockIndex start, Memory<byte> destination, CancellationToken ct) =>
        ReadAsync(start, destination, Memory<bool>.Empty, ct);

    /// <summary>The same, and tells of each block whether it was ever written.</summary>
    /// <param name="written">One for each block of <paramref name="destination"/>, or empty.</param>
    public ValueTask<IoResult> ReadAsync(
        BlockIndex start, Memory<byte> destination, Memory<bool> written, CancellationToken ct)
    {
        if ((ulong)destination.Length % _options.BlockSize != 0)
            return new ValueTask<IoResult>(Unaligned());
        return destination.Length switch
        {
            0 => new ValueTask<IoResult>(IoResult.Ok),
            <= UpstairsLimits.MaxIoBytes => ReadChunkAsync(start, destination, written, ct),
            _ => ReadChunksAsync(start, destination, written, ct),
        };
    }

    /// <summary>Writes whole blocks. Done when accepted, durable only after a flush.</summary>
    /// <param name="data">Copied before the call returns.</param>
    public ValueTask<IoResult> WriteAsync(BlockIndex start, ReadOnlyMemory<byte> data, CancellationToken ct)
    {
        if ((ulong)data.Length % _options.BlockSize != 0)
            return new ValueTask<IoResult>(Unaligned());
        return data.Length switch
        {
            0 => new ValueTask<IoResult>(IoResult.Ok),
            <= UpstairsLimits.MaxIoBytes => WriteChunkAsync(start, data.Span, ct),
            _ => WriteChunksAsync(start, data.Span, ct),
        };
    }

    /// <summary>Writes whole blocks, but leaves alone each block that was ever written.</summary>
    /// <param name="data">Copied before the call returns.</param>
    public ValueTask<IoResult> WriteUnwrittenAsync(BlockIndex start, ReadOnlyMemory<byte> data, CancellationToken ct) =>
        (ulong)data.Length % _options.BlockSize != 0
            ? new ValueTask<IoResult>(Unaligned())
            : WriteUnwrittenChunksAsync(start, data.ToArray(), ct);

    /// <summary>Makes every write that was complete before this call durable on two copies.</summary>
    public ValueTask<IoResult> FlushAsync(CancellationToken ct) =>
        DoAsync(_requestPool.Take().ToFlush(snapshot: null, deadline: default), ct);

    /// <summary>
    /// Flushes, and has each of the three copies take a snapshot of that name. Good only when all three have made it; the
    /// error names who has not. A snapshot of that name that is there already counts as made.
    /// </summary>
    /// <param name="name">Not empty.</param>
    /// <param name="deadline">From when the request is taken; over zero. What was asked of the servers may still happen.</param>
    public ValueTask<IoResult> SnapshotAsync(string name, TimeSpan deadline, CancellationToken ct)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(deadline, TimeSpan.Zero);
        return DoAsync(_requestPool.Take().ToFlush(name, deadline), ct);
    }

    private ValueTask<IoResult> ReadChunkAsync(
        BlockIndex start, Memory<byte> destination, Memory<bool> written, CancellationToken ct) =>
        DoAsync(
            _requestPool.Take().ToRead(start, (ulong)destination.Length / _options.BlockSize, destination, written), ct);

    private async ValueTask<IoResult> ReadChunksAsync(
        BlockIndex start, Memory<byte> destination, Memory<bool> written, CancellationToken ct)
    {
        var blockSize = (int)_options.BlockSize;
        for (var at = 0; at < destination.Length; at += UpstairsLimits.MaxIoBytes)
        {
            var chunk = destination.Slice(at, Math.Min(UpstairsLimits.MaxIoBytes, destination.Length - at));
            var chunkWritten = written.IsEmpty ? written : written.Slice(at / blockSize, chunk.Length / blockSize);
            var result = await ReadChunkAsync(start + (ulong)(at / blockSize), chunk, chunkWritten, ct)
                .ConfigureAwait(false);
            if (!result.IsOk)
                return result;
        }

        return IoResult.Ok;
    }

    private ValueTask<IoResult> WriteChunkAsync(BlockIndex start, ReadOnlySpan<byte> data, CancellationToken ct) =>
        DraftOf(start, data) is { } draft
            ? DoAsync(_requestPool.Take().ToWrite(draft, (ulong)draft.Contexts.Length), ct)
            : new ValueTask<IoResult>(IoResult.Failed(Gone));

    private ValueTask<IoResult> WriteChunksAsync(BlockIndex start, ReadOnlySpan<byte> data, CancellationToken ct)
    {
        var drafts = new Message.Write?[(data.Length + UpstairsLimits.MaxIoBytes - 1) / UpstairsLimits.MaxIoBytes];
        for (var i = 0; i < drafts.Length; i++)
        {
            var at = i * UpstairsLimits.MaxIoBytes;
            var chunk = data.Slice(at, Math.Min(UpstairsLimits.MaxIoBytes, data.Length - at));
            drafts[i] = DraftOf(start + ((ulong)at / _options.BlockSize), chunk);
        }

        return WriteDraftsAsync(drafts, ct);
    }

    private async ValueTask<IoResult> WriteDraftsAsync(Message.Write?[] drafts, CancellationToken ct)
    {
        foreach (var draft in drafts)
        {
            if (draft is null)
                return IoResult.Failed(Gone);
            var result = await DoAsync(_requestPool.Take().ToWrite(draft, (ulong)draft.Contexts.Length), ct)
                .ConfigureAwait(false);
            if (!result.IsOk)
                return result;
        }

        return IoResult.Ok;
    }

    /// <summary>
    /// Copies, hashes and encrypts on the caller's own thread, before the request enters the queue: the loop is not kept
    /// busy, and the order of one caller's calls stays what it is.
    /// </summary>
    /// <returns>Null when the region set has ended.</returns>
    private Message.Write? DraftOf(BlockIndex start, ReadOnlySpan<byte> data)
    {
        var buffer = _buffers.Take(data.Length);
        var draft = _messages.TakeWrite();
        draft.Keep(buffer);
        buffer.Release();
        var own = buffer.Bytes.AsMemory(0, data.Length);
        data.CopyTo(own.Span);
        if (!TrySeal(own.Span, draft.Contexts, out var contexts))
            return null;
        draft.Become(default, default, draft.Dependencies, start, contexts, own);
        return draft;
    }

    /// <summary>Writes piece after piece, each where nothing was ever written.</summary>
    /// <param name="data">Ours, and encrypted in place.</param>
    private async ValueTask<IoResult> WriteUnwrittenChunksAsync(BlockIndex start, Memory<byte> data, CancellationToken ct)
    {
        for (var at = 0; at < data.Length; at += UpstairsLimits.MaxIoBytes)
        {
            var chunk = data.Slice(at, Math.Min(UpstairsLimits.MaxIoBytes, data.Length - at));
            var result = await WriteUnwrittenChunkAsync(start + ((ulong)at / _options.BlockSize), chunk, ct)
                .ConfigureAwait(false);
            if (!result.IsOk)
                return result;
        }

        return IoResult.Ok;
    }

    private ValueTask<IoResult> WriteUnwrittenChunkAsync(BlockIndex start, Memory<byte> chunk, CancellationToken ct) =>
        TrySeal(chunk.Span, [], out var contexts)
            ? DoAsync(_requestPool.Take().ToWriteUnwritten(start, (ulong)contexts.Length, chunk, contexts), ct)
            : new ValueTask<IoResult>(IoResult.Failed(Gone));

    /// <summary>Makes what accompanies each block. False when the region set has ended, and the key with it.</summary>
    /// <param name="used">Taken for the contexts if it has their number.</param>
    private bool TrySeal(Span<byte> data, BlockContext[] used, out BlockContext[] contexts)
    {
        var nonceBytes = data.Length / _cipher.BlockSize * _cipher.NonceBytes;
        Span<byte> few = stackalloc byte[FewNonceBytes];
        var nonces = nonceBytes <= few.Length ? few[..nonceBytes] : new byte[nonceBytes];
        if (nonceBytes > 0)
            RandomNumberGenerator.Fill(nonces);
        try
        {
            contexts = _cipher.Seal(data, nonces, used);
            return true;
        }
        catch (ObjectDisposedException)
        {
            contexts = [];
            return false;
        }
    }

    private ValueTask<IoResult> DoAsync(IoRequest request, CancellationToken ct)
    {
        if (ct.IsCancellationRequested)
            return ValueTask.FromCanceled<IoResult>(ct);
        var answer = request.AnswerAsync(ct);
        if (!_guest.Writer.TryWrite(request))
            return DoLaterAsync(request, answer, ct);
        _events.Wake();
        return answer;
    }

    /// <summary>The queue of guests is full, or closed.</summary>
    private async ValueTask<IoResult> DoLaterAsync(IoRequest request, ValueTask<IoResult> answer, CancellationToken ct)
    {
        try
        {
            await _guest.Writer.WriteAsync(request, ct).ConfigureAwait(false);
            _events.Wake();
        }
        catch (ChannelClosedException)
        {
            request.Fail(Gone);
        }
        catch (OperationCanceledException)
        {
            // The request is cancelled with the same token, and its answer says so.
        }

        return await answer.ConfigureAwait(false);
    }

    private static IoResult Unaligned() =>
        IoResult.Failed(new CrucibleError.Plain(CrucibleErrorKind.DataLenUnaligned));
}
