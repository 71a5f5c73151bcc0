using System.Net.Sockets;
using System.Threading.Channels;

namespace Propolis.Machines.Nbd;

/// <summary>The one writer of a connection: answers that became ready during a send leave together in the next.</summary>
internal sealed class NbdReplies(Socket socket, NbdAllowance allowance, bool isStructured)
{
    private const int TogetherBytes = 256 * 1024;

    // Bounded by the allowance: a request is given back only when its answer has been sent.
    private readonly Channel<NbdReply> _ready = Channel.CreateBounded<NbdReply>(
        new BoundedChannelOptions(NbdLimits.InFlightMax) { SingleReader = true });
    private readonly byte[] _together = new byte[TogetherBytes];
    private readonly List<NbdReply> _unsent = new(NbdLimits.InFlightMax);
    private int _filled;

    /// <summary>Queues an answer. Answers after the end are dropped.</summary>
    public void Add(NbdReply reply)
    {
        if (!_ready.Writer.TryWrite(reply))
            Release(reply);
    }

    /// <summary>No more answers will come; <see cref="RunAsync"/> ends when those here are sent.</summary>
    public void Complete() => _ready.Writer.TryComplete();

    /// <summary>Sends answers until there are no more.</summary>
    /// <exception cref="SocketException">The client does not take them any more.</exception>
    public async Task RunAsync(CancellationToken ct)
    {
        try
        {
            while (await _ready.Reader.WaitToReadAsync(ct).ConfigureAwait(false))
            {
                while (_ready.Reader.TryRead(out var reply))
                    await AddToSendAsync(reply, ct).ConfigureAwait(false);
                await SendTogetherAsync(ct).ConfigureAwait(false);
            }
        }
        finally
        {
            Complete();
            ReleaseUnsent();
            while (_ready.Reader.TryRead(out var reply))
                Release(reply);
        }
    }

    private async ValueTask AddToSendAsync(NbdReply reply, CancellationToken ct)
    {
        if (TogetherBytes - _filled < NbdReply.HeaderMaxBytes)
            await SendTogetherAsync(ct).ConfigureAwait(false);
        _unsent.Add(reply);
        _filled += reply.WriteHeader(_together.AsSpan(_filled), isStructured);
        if (reply.Data.Length <= TogetherBytes - _filled)
        {
            reply.Data.CopyTo(_together.AsMemory(_filled));
            _filled += reply.Data.Length;
            return;
        }

        await SendAsync(_together.AsMemory(0, _filled), ct).ConfigureAwait(false);
        _filled = 0;
        await SendAsync(reply.Data, ct).ConfigureAwait(false);
        ReleaseUnsent();
    }

    private async ValueTask SendTogetherAsync(CancellationToken ct)
    {
        await SendAsync(_together.AsMemory(0, _filled), ct).ConfigureAwait(false);
        _filled = 0;
        ReleaseUnsent();
    }

    private async ValueTask SendAsync(ReadOnlyMemory<byte> bytes, CancellationToken ct)
    {
        while (!bytes.IsEmpty)
            bytes = bytes[await socket.SendAsync(bytes, ct).ConfigureAwait(false)..];
    }

    private void ReleaseUnsent()
    {
        foreach (var reply in _unsent)
            Release(reply);
        _unsent.Clear();
    }

    private void Release(NbdReply reply)
    {
        reply.Return();
        allowance.GiveBack(reply.Request.PayloadBytes);
    }
}
