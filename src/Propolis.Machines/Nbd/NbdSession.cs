using System.Buffers;
using System.Buffers.Binary;
using System.Net.Sockets;

namespace Propolis.Machines.Nbd;

/// <summary>One connection, from the greeting to the last answer.</summary>
internal sealed class NbdSession(Socket socket, NbdExports exports, TimeProvider time) : IDisposable
{
    private readonly NbdInput _input = new(socket);
    private readonly CancellationTokenSource _reading = new();
    private readonly TaskCompletionSource _readingEnded = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>The export's name, once it is chosen.</summary>
    public string? ExportName { get; private set; }

    /// <summary>Stops taking requests; those taken are still answered. Ends when no further request can begin.</summary>
    public async Task StopReadingAsync()
    {
        await _reading.CancelAsync().ConfigureAwait(false);
        await _readingEnded.Task.ConfigureAwait(false);
    }

    /// <summary>Serves the client until it leaves, breaks the protocol, or is cut off.</summary>
    /// <param name="cut">Ends everything at once.</param>
    /// <returns>Why it ended, for the log.</returns>
    public async Task<string> RunAsync(CancellationToken cut)
    {
        try
        {
            using var negotiationEnds = new CancellationTokenSource(NbdLimits.NegotiationMax, time);
            using var negotiating = CancellationTokenSource.CreateLinkedTokenSource(
                cut, _reading.Token, negotiationEnds.Token);
            var negotiation = await NegotiateAsync(negotiating.Token).ConfigureAwait(false);
            if (negotiation.Export is not { } export)
                return "the client left without choosing an export";
            ExportName = export.Name;
            return await TransmitAsync(export, negotiation.IsStructured, cut).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            return cut.IsCancellationRequested || _reading.IsCancellationRequested
                ? "the server ended it"
                : "the client did not choose an export in time";
        }
        catch (SocketException e)
        {
            return e.Message;
        }
        finally
        {
            _readingEnded.TrySetResult();
        }
    }

    /// <summary>Closes the connection. Its token source stays: whoever takes the export over may still use it.</summary>
    public void Dispose() => socket.Dispose();

    private async Task<NbdNegotiation> NegotiateAsync(CancellationToken ct)
    {
        var negotiation = new NbdNegotiation(exports.Find, () => exports.All);
        await SendAsync(NbdNegotiation.Greeting(), ct).ConfigureAwait(false);
        if (await _input.PeekAsync(4, ct).ConfigureAwait(false) is not { } flags)
            return negotiation;
        var isOffered = negotiation.TryBegin(BinaryPrimitives.ReadUInt32BigEndian(flags.Span));
        _input.Skip(4);
        for (var next = isOffered ? NbdNegotiation.Next.Option : NbdNegotiation.Next.Closed; next == NbdNegotiation.Next.Option;)
        {
            if (await TakeOptionAsync(negotiation, ct).ConfigureAwait(false) is not var (answer, then))
                break;
            // Whoever held an exclusive export must be unable to act before its successor hears that it has it.
            if (then == NbdNegotiation.Next.Transmission)
                await exports.TakeOverAsync(negotiation.Export!, this).ConfigureAwait(false);
            await SendAsync(answer, ct).ConfigureAwait(false);
            next = then;
        }

        return negotiation;
    }

    /// <summary>Null when the client has left or sends something else than an option.</summary>
    private async ValueTask<(byte[] Answer, NbdNegotiation.Next Next)?> TakeOptionAsync(
        NbdNegotiation negotiation, CancellationToken ct)
    {
        if (await _input.PeekAsync(NbdWire.OptionHeaderBytes, ct).ConfigureAwait(false) is not { } header)
            return null;
        var magic = BinaryPrimitives.ReadUInt64BigEndian(header.Span);
        var option = BinaryPrimitives.ReadUInt32BigEndian(header.Span[8..]);
        var length = BinaryPrimitives.ReadUInt32BigEndian(header.Span[12..]);
        _input.Skip(NbdWire.OptionHeaderBytes);
        if (magic != NbdWire.OptionMagic)
            return null;
        if (length > NbdLimits.OptionMaxBytes)
            return await _input.DropAsync(length, ct).ConfigureAwait(false) ? negotiation.TakeTooBig(option) : null;
        var payload = new byte[length];
        return await _input.ReadAsync(payload, ct).ConfigureAwait(false) ? negotiation.Take(option, payload) : null;
    }

    private async Task<string> TransmitAsync(NbdExport export, bool isStructured, CancellationToken cut)
    {
        var allowance = new NbdAllowance(NbdLimits.InFlightMax, NbdLimits.InFlightMaxBytes);
        var replies = new NbdReplies(socket, allowance, isStructured);
        var work = new NbdWork(export.Device, replies);
        using var operations = CancellationTokenSource.CreateLinkedTokenSource(cut);
        // A client that takes no answers any more is not read any further either.
        var sending = SendRepliesAsync(replies, operations.Token);
        using var reading = CancellationTokenSource.CreateLinkedTokenSource(cut, _reading.Token);
        string reason;
        try
        {
            reason = await ReadRequestsAsync(export, allowance, replies, work, reading.Token, operations.Token)
                .ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            reason = "the server ended it";
        }
        catch (SocketException e)
        {
            reason = e.Message;
        }

        _readingEnded.TrySetResult();
        await FinishAsync(work, replies, sending, operations).ConfigureAwait(false);
        return reason;
    }

    private async Task SendRepliesAsync(NbdReplies replies, CancellationToken ct)
    {
        try
        {
            await replies.RunAsync(ct).ConfigureAwait(false);
        }
        catch (Exception e) when (e is SocketException or OperationCanceledException or ObjectDisposedException)
        {
            await _reading.CancelAsync().ConfigureAwait(false);
        }
    }

    private async Task<string> ReadRequestsAsync(
        NbdExport export,
        NbdAllowance allowance,
        NbdReplies replies,
        NbdWork work,
        CancellationToken reading,
        CancellationToken operations)
    {
        while (await _input.PeekAsync(NbdWire.RequestBytes, reading).ConfigureAwait(false) is { } bytes)
        {
            var isRequest = NbdRequest.TryRead(bytes.Span, out var request);
            _input.Skip(NbdWire.RequestBytes);
            if (!isRequest || request.IsTooLong)
                return isRequest ? $"a request of {request.Length} bytes is too long" : "the client sent something else than a request";
            if (request.Command == NbdCommand.Disconnect)
                return "the client left";
            await allowance.TakeAsync(request.PayloadBytes, reading).ConfigureAwait(false);
            var payload = request.PayloadBytes > 0 ? ArrayPool<byte>.Shared.Rent(request.PayloadBytes) : null;
            // The payload of a write comes in any case, also when the request is refused.
            var isWhole = request.Command != NbdCommand.Write
                || await _input.ReadAsync(payload.AsMemory(0, request.PayloadBytes), reading).ConfigureAwait(false);
            if (!isWhole)
                break;
            var error = request.Check(export.Device.SizeBytes, export.Device.BlockSizeBytes, export.Device.ReadOnly);
            if (error != NbdError.None || request is { Length: 0, Command: not NbdCommand.Flush })
                replies.Add(new NbdReply(request, error, default, payload));
            else
                work.Begin(request, payload, operations);
        }

        return "the client closed the connection";
    }

    /// <summary>Lets what was begun end by itself, and its answers leave, for a while; then cancels both.</summary>
    private async Task FinishAsync(
        NbdWork work, NbdReplies replies, Task sending, CancellationTokenSource operations)
    {
        var ended = AnswerAllAsync();
        using var waited = new CancellationTokenSource();
        var late = Task.Delay(NbdLimits.DrainMax, time, waited.Token);
        if (await Task.WhenAny(ended, late).ConfigureAwait(false) == late)
            await operations.CancelAsync().ConfigureAwait(false);
        await waited.CancelAsync().ConfigureAwait(false);
        await ended.ConfigureAwait(false);

        async Task AnswerAllAsync()
        {
            await work.EndAsync().ConfigureAwait(false);
            replies.Complete();
            await sending.ConfigureAwait(false);
        }
    }

    private async ValueTask SendAsync(ReadOnlyMemory<byte> bytes, CancellationToken ct)
    {
        while (!bytes.IsEmpty)
            bytes = bytes[await socket.SendAsync(bytes, ct).ConfigureAwait(false)..];
    }
}
