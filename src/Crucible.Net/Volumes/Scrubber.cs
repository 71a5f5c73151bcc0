using Crucible.Core.Volumes;

namespace Crucible.Net.Volumes;

// Copies upward from block 0. A step reads the parent and writes only blocks the volume does not have yet, so a guest's writes
// beside it are never undone. What the parent never had is left out: without a parent it reads as zeros just the same. The
// mark survives a cancelled run, so that the next one goes on from there.

/// <summary>Copies a parent's blocks into the volume above it, so that the parent can go.</summary>
public sealed class Scrubber
{
    private readonly ParentedDevice _volume;
    private readonly ScrubOptions _options;
    private readonly TimeProvider _time;
    private ScrubStatus _status;

    /// <summary>A scrub that has not begun.</summary>
    /// <param name="volume">With a parent, and not read-only.</param>
    public Scrubber(ParentedDevice volume, ScrubOptions options, TimeProvider time)
    {
        (_volume, _options, _time) = (volume, options, time);
        _status = new ScrubStatus(ScrubState.Waiting, 0, Math.Min(volume.SizeBytes, volume.ParentBytes), time.GetUtcNow(), null);
    }

    /// <summary>A snapshot; reading it never waits.</summary>
    public ScrubStatus Status => Volatile.Read(ref _status);

    /// <summary>
    /// Goes on from where it was, to the end. One run at a time. When it ends well everything is durable and the parent is
    /// no longer read.
    /// </summary>
    /// <param name="ct">Gives up; what was copied stays.</param>
    /// <returns>Success, or the error it gave up for.</returns>
    public async Task<IoResult> RunAsync(CancellationToken ct)
    {
        if (Status.State == ScrubState.Done)
            return IoResult.Ok;
        try
        {
            Become(ScrubState.Waiting);
            await Task.Delay(_options.Delay, _time, ct).ConfigureAwait(false);
            Become(ScrubState.Running);
            var result = await CopyAsync(ct).ConfigureAwait(false);
            if (result.IsOk)
                result = await _volume.FlushAsync(ct).ConfigureAwait(false);
            if (result.IsOk)
                _volume.DropParent();
            Become(result.IsOk ? ScrubState.Done : ScrubState.Failed, result.Error?.Describe());
            return result;
        }
        catch (OperationCanceledException)
        {
            Become(ScrubState.Waiting);
            throw;
        }
    }

    private async Task<IoResult> CopyAsync(CancellationToken ct)
    {
        var buffer = new byte[_options.StepBytes];
        var written = new bool[_options.StepBytes / (int)_volume.BlockSizeBytes];
        while (Status is { BytesDone: var at, BytesNeeded: var end } && at < end)
        {
            var step = (int)Math.Min((ulong)_options.StepBytes, end - at);
            var flags = written.AsMemory(0, step / (int)_volume.BlockSizeBytes);
            var result = await ReadAsync(at, buffer.AsMemory(0, step), flags, ct).ConfigureAwait(false);
            if (result.IsOk)
                result = await WriteAsync(at, buffer.AsMemory(0, step), flags, ct).ConfigureAwait(false);
            if (!result.IsOk)
                return result;
            Publish(Status with { BytesDone = at + (ulong)step, LastError = null });
            await Task.Delay(_options.Pause, _time, ct).ConfigureAwait(false);
        }

        return IoResult.Ok;
    }

    private async ValueTask<IoResult> ReadAsync(ulong at, Memory<byte> bytes, Memory<bool> written, CancellationToken ct)
    {
        for (var tried = 1; ; tried++)
        {
            var result = await _volume.ReadParentAsync(at, bytes, written, ct).ConfigureAwait(false);
            if (result.IsOk || tried >= _options.ReadTries)
                return result;
            Publish(Status with { LastError = result.Error!.Describe() });
        }
    }

    private async ValueTask<IoResult> WriteAsync(ulong at, ReadOnlyMemory<byte> bytes, Memory<bool> written, CancellationToken ct)
    {
        var block = (int)_volume.BlockSizeBytes;
        for (var from = 0; from < written.Length;)
        {
            var isWritten = written.Span[from];
            var length = written.Span[from..].IndexOf(!isWritten) is var next and >= 0 ? next : written.Length - from;
            if (isWritten)
            {
                var result = await _volume.WriteUnwrittenAsync(
                    at + (ulong)(from * block), bytes.Slice(from * block, length * block), ct).ConfigureAwait(false);
                if (!result.IsOk)
                    return result;
            }

            from += length;
        }

        return IoResult.Ok;
    }

    private void Become(ScrubState state, string? error = null) =>
        Publish(Status with { State = state, Since = _time.GetUtcNow(), LastError = error });

    private void Publish(ScrubStatus status) => Volatile.Write(ref _status, status);
}
