using System.Buffers;
using Crucible.Net;

namespace Propolis.Machines.Nbd;

/// <summary>Carries out the requests of one connection on its export's device and hands the answers on.</summary>
/// <remarks>
/// A request is given to the device before <see cref="Begin"/> returns, so overlapping requests act in the order in which they
/// came. Their answers are in any order.
/// </remarks>
internal sealed class NbdWork(IBlockDevice device, NbdReplies replies)
{
    private static readonly ReadOnlyMemory<byte> Zeroes = new byte[NbdLimits.ZeroesPieceBytes];

    private readonly Lock _lock = new();
    private readonly TaskCompletionSource _idle = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _running = 1;  // the reader's own share, given up by EndAsync

    /// <summary>Begins a request that was found good.</summary>
    /// <param name="payload">Rented, of at least the request's length; null when it has none. Returned with the answer.</param>
    /// <param name="ct">Cancels what the device has not done.</param>
    public void Begin(NbdRequest request, byte[]? payload, CancellationToken ct)
    {
        lock (_lock)
            _running++;
        _ = RunAsync(request, payload, ct);  // counted: EndAsync waits for it, and it throws nothing
    }

    /// <summary>Ends when everything begun has been answered.</summary>
    public Task EndAsync()
    {
        Leave();
        return _idle.Task;
    }

    private async Task RunAsync(NbdRequest request, byte[]? payload, CancellationToken ct)
    {
        var data = ReadOnlyMemory<byte>.Empty;
        NbdError error;
        try
        {
            if (request.Command == NbdCommand.Read)
                (error, data) = await ReadAsync(request, payload!, ct).ConfigureAwait(false);
            else
                error = await ChangeAsync(request, payload, ct).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            error = NbdError.ShuttingDown;
        }
        catch (Exception)
        {
            // A device answers with a result and never throws; one that does must not take the server with it.
            error = NbdError.Io;
        }

        replies.Add(new NbdReply(request, error, error == NbdError.None ? data : default, payload));
        Leave();
    }

    private async ValueTask<(NbdError Error, ReadOnlyMemory<byte> Data)> ReadAsync(
        NbdRequest request, byte[] payload, CancellationToken ct)
    {
        var length = (int)request.Length;
        var before = (int)(request.Offset % device.BlockSizeBytes);
        var after = (int)(device.BlockSizeBytes - ((request.Offset + request.Length) % device.BlockSizeBytes))
            % (int)device.BlockSizeBytes;
        if (before == 0 && after == 0)
        {
            var result = await device.ReadAsync(request.Offset, payload.AsMemory(0, length), ct).ConfigureAwait(false);
            return (NbdFaults.Of(result), payload.AsMemory(0, length));
        }

        var wide = ArrayPool<byte>.Shared.Rent(before + length + after);
        var wider = await device.ReadAsync(request.Offset - (ulong)before, wide.AsMemory(0, before + length + after), ct)
            .ConfigureAwait(false);
        wide.AsSpan(before, length).CopyTo(payload);
        // Not returned after an error or a cancellation: the device might still be writing to it.
        ArrayPool<byte>.Shared.Return(wide);
        return (NbdFaults.Of(wider), payload.AsMemory(0, length));
    }

    private async ValueTask<NbdError> ChangeAsync(NbdRequest request, byte[]? payload, CancellationToken ct)
    {
        var result = request.Command switch
        {
            NbdCommand.Write => await device.WriteAsync(request.Offset, payload.AsMemory(0, (int)request.Length), ct)
                .ConfigureAwait(false),
            NbdCommand.WriteZeroes => await WriteZeroesAsync(request, ct).ConfigureAwait(false),
            NbdCommand.Flush => await device.FlushAsync(ct).ConfigureAwait(false),
            _ => IoResult.Ok,  // TRIM and CACHE are advice, which a volume has no use for
        };
        var isDurable = request.Command is NbdCommand.Write or NbdCommand.WriteZeroes && request.IsForced;
        if (isDurable && result.IsOk)
            result = await device.FlushAsync(ct).ConfigureAwait(false);
        return NbdFaults.Of(result);
    }

    private async ValueTask<IoResult> WriteZeroesAsync(NbdRequest request, CancellationToken ct)
    {
        var result = IoResult.Ok;
        for (ulong done = 0; done < request.Length && result.IsOk; done += NbdLimits.ZeroesPieceBytes)
        {
            var piece = (int)Math.Min(NbdLimits.ZeroesPieceBytes, request.Length - done);
            result = await device.WriteAsync(request.Offset + done, Zeroes[..piece], ct).ConfigureAwait(false);
        }

        return result;
    }

    private void Leave()
    {
        lock (_lock)
            _running--;
        if (_running == 0)
            _idle.TrySetResult();
    }
}
