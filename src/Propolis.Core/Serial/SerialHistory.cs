namespace Propolis.Core.Serial;

// Keeps the first and the most recent part of a console's output. What falls out of the recent part goes to the
// first part until that is full, and is discarded from then on; so until anything is discarded the two are one.
// Source: propolis-server API, section 14.1 and 14.2.

/// <summary>The output of one console since its VM was created. For one thread at a time.</summary>
public sealed class SerialHistory
{
    /// <summary>Bytes of the first output kept, and bytes of the most recent output kept.</summary>
    public const int PartBytesMax = 1_048_576;

    /// <summary>Bytes read at once when a request names no limit.</summary>
    public const int ReadBytesDefault = 16_384;

    private const int InitialBytes = 512;

    private readonly int _firstBytesMax;
    private readonly int _recentBytesMax;
    private byte[] _first = [];
    private int _firstLength;
    private byte[] _recent = [];
    private int _recentLength;
    private int _recentHead;

    public SerialHistory()
        : this(PartBytesMax, PartBytesMax)
    {
    }

    /// <summary>A history of another size; both sizes are at least 1.</summary>
    public SerialHistory(int firstBytesMax, int recentBytesMax)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(firstBytesMax, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(recentBytesMax, 1);
        _firstBytesMax = firstBytesMax;
        _recentBytesMax = recentBytesMax;
    }

    /// <summary>Everything ever put out, kept or not; also the offset of the next byte.</summary>
    public ulong TotalBytes { get; private set; }

    public void Append(ReadOnlySpan<byte> output)
    {
        while (!output.IsEmpty)
        {
            // A piece no longer than the recent part pushes out only what was there before it.
            var piece = output[..Math.Min(output.Length, _recentBytesMax)];
            PushOut(_recentLength + piece.Length - _recentBytesMax);
            TakeIn(piece);
            output = output[piece.Length..];
        }
    }

    /// <summary>What is kept of it, for another server.</summary>
    public SerialKept Save()
    {
        var recent = new byte[_recentLength];
        if (_recentLength > 0)
            CopyRecent(0, recent);
        return new SerialKept(TotalBytes, _first[.._firstLength], recent);
    }

    /// <summary>A history where another left off.</summary>
    /// <exception cref="FormatException">The parts do not fit each other or their limits.</exception>
    public static SerialHistory Restore(SerialKept kept)
    {
        var all = (ulong)kept.First.Length + (ulong)kept.Recent.Length;
        if (kept.First.Length > PartBytesMax || kept.Recent.Length > PartBytesMax || kept.TotalBytes < all
            || (kept.TotalBytes > all && (kept.First.Length < PartBytesMax || kept.Recent.Length < PartBytesMax)))
            throw new FormatException("a console history whose parts do not fit");
        return new SerialHistory
        {
            _first = [.. kept.First],
            _firstLength = kept.First.Length,
            _recent = [.. kept.Recent],
            _recentLength = kept.Recent.Length,
            TotalBytes = kept.TotalBytes,
        };
    }

    /// <summary>The offset a start means now, from 0 to <see cref="TotalBytes"/>.</summary>
    public ulong Resolve(SerialStart start) => start switch
    {
        SerialStart.FromStart s => Math.Min(s.OffsetBytes, TotalBytes),
        SerialStart.MostRecent s => TotalBytes - Math.Min(s.Bytes, TotalBytes),
        _ => throw new System.Diagnostics.UnreachableException(),
    };

    /// <summary>Reads at most <paramref name="bytesMax"/> bytes, without crossing what was discarded.</summary>
    public SerialRead Read(SerialStart start, ulong bytesMax)
    {
        var offset = Resolve(start);
        var recentStart = TotalBytes - (ulong)_recentLength;
        var isContiguous = recentStart == (ulong)_firstLength;
        if (offset < recentStart && offset >= (ulong)_firstLength)
            return Expired(offset);

        var end = offset < (ulong)_firstLength && !isContiguous ? (ulong)_firstLength : TotalBytes;
        var bytes = new byte[Math.Min(bytesMax, end - offset)];
        var fromFirst = (int)Math.Min((ulong)bytes.Length, (ulong)_firstLength - Math.Min(offset, (ulong)_firstLength));
        if (fromFirst > 0)
            _first.AsSpan((int)offset, fromFirst).CopyTo(bytes);
        if (fromFirst < bytes.Length)
            CopyRecent((int)(offset + (ulong)fromFirst - recentStart), bytes.AsSpan(fromFirst));
        return new SerialRead.Data(bytes, offset + (ulong)bytes.Length);
    }

    private SerialRead.Expired Expired(ulong offset) => new(
        $"Requested byte offset {offset} (-{TotalBytes - offset}) is no longer cached: Only have first {_firstLength} "
        + $"+ most recent {_recentLength} saved out of a total {TotalBytes} of output");

    /// <summary>Moves the oldest recent bytes to the first part, or drops them when that is full.</summary>
    private void PushOut(int count)
    {
        if (count <= 0)
            return;
        var kept = Math.Min(count, _firstBytesMax - _firstLength);
        if (kept > 0)
        {
            Grow(ref _first, _firstLength + kept, _firstBytesMax);
            CopyRecent(0, _first.AsSpan(_firstLength, kept));
            _firstLength += kept;
        }

        _recentHead = (_recentHead + count) % _recent.Length;
        _recentLength -= count;
    }

    private void TakeIn(ReadOnlySpan<byte> piece)
    {
        // A ring that still grows has not wrapped: what pushes bytes out of it also brings it to its full size.
        Grow(ref _recent, _recentLength + piece.Length, _recentBytesMax);
        var tail = (_recentHead + _recentLength) % _recent.Length;
        var beforeEnd = Math.Min(piece.Length, _recent.Length - tail);
        piece[..beforeEnd].CopyTo(_recent.AsSpan(tail));
        piece[beforeEnd..].CopyTo(_recent);
        _recentLength += piece.Length;
        TotalBytes += (ulong)piece.Length;
    }

    private void CopyRecent(int index, Span<byte> target)
    {
        var from = (_recentHead + index) % _recent.Length;
        var beforeEnd = Math.Min(target.Length, _recent.Length - from);
        _recent.AsSpan(from, beforeEnd).CopyTo(target);
        _recent.AsSpan(0, target.Length - beforeEnd).CopyTo(target[beforeEnd..]);
    }

    private static void Grow(ref byte[] buffer, int needed, int max)
    {
        if (buffer.Length < needed)
            Array.Resize(ref buffer, (int)Math.Min(max, Math.Max(Math.Max(InitialBytes, needed), 2L * buffer.Length)));
    }
}
