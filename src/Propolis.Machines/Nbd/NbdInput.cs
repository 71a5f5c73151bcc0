using System.Net.Sockets;

namespace Propolis.Machines.Nbd;

/// <summary>What a client sends, read in large pieces and taken in small ones. For one reader.</summary>
internal sealed class NbdInput(Socket socket)
{
    /// <summary>Holds the requests of a deep queue at once; a payload longer than what is here goes straight to its place.</summary>
    private readonly byte[] _buffer = new byte[128 * 1024];
    private int _start;
    private int _end;

    /// <summary>Waits for that many bytes, at most a few dozen, and leaves them to be read.</summary>
    /// <returns>Null at the end of the stream; of a message cut off in its middle too.</returns>
    public async ValueTask<ReadOnlyMemory<byte>?> PeekAsync(int count, CancellationToken ct)
    {
        if (_buffer.Length - _start < count)
        {
            _buffer.AsSpan(_start.._end).CopyTo(_buffer);
            (_start, _end) = (0, _end - _start);
        }

        while (_end - _start < count)
        {
            var got = await socket.ReceiveAsync(_buffer.AsMemory(_end), ct).ConfigureAwait(false);
            if (got == 0)
                return null;
            _end += got;
        }

        return _buffer.AsMemory(_start, count);
    }

    /// <summary>Takes away what was peeked at.</summary>
    public void Skip(int count)
    {
        _start += count;
        if (_start == _end)
            _start = _end = 0;
    }

    /// <summary>Fills the whole destination.</summary>
    /// <returns>False if the stream ends before.</returns>
    public async ValueTask<bool> ReadAsync(Memory<byte> destination, CancellationToken ct)
    {
        var here = Math.Min(destination.Length, _end - _start);
        _buffer.AsMemory(_start, here).CopyTo(destination);
        Skip(here);
        for (var rest = destination[here..]; !rest.IsEmpty;)
        {
            var got = await socket.ReceiveAsync(rest, ct).ConfigureAwait(false);
            if (got == 0)
                return false;
            rest = rest[got..];
        }

        return true;
    }

    /// <summary>Reads and forgets that many bytes.</summary>
    /// <returns>False if the stream ends before.</returns>
    public async ValueTask<bool> DropAsync(long count, CancellationToken ct)
    {
        while (count > 0)
        {
            if (_end == _start && await PeekAsync(1, ct).ConfigureAwait(false) is null)
                return false;
            var here = (int)Math.Min(count, _end - _start);
            Skip(here);
            count -= here;
        }

        return true;
    }
}
