using System.Collections.Immutable;

namespace PropolisActors.Gateway.Events;

// Decides what a reader is sent: everything behind the id it names, once, or that it has missed something. Knows no actor, no
// clock and no connection.

/// <summary>The newest events of this service, as many as are kept for readers that come back.</summary>
/// <param name="epoch">See <see cref="EventId.Epoch"/>.</param>
/// <param name="countMax">Events kept, 1 or more.</param>
/// <param name="bytesMax">Bytes kept; the newest event is kept whatever its size.</param>
internal sealed class EventWindow(ulong epoch, int countMax, long bytesMax)
{
    /// <summary>A reader gets this many bytes at once, or one event when that alone is larger: a guess between the memory of
    /// a slow reader and the number of sends.</summary>
    public const int BatchBytesMax = 64 * 1024;

    /// <summary>The event of number n is at n modulo its length.</summary>
    private readonly ReadOnlyMemory<byte>[] _frames = new ReadOnlyMemory<byte>[countMax];
    private ulong _newest;

    /// <summary>The newest event that is not kept.</summary>
    private ulong _dropped;

    /// <summary>Kept events.</summary>
    public int Count => (int)(_newest - _dropped);

    /// <summary>Their bytes.</summary>
    public long Bytes { get; private set; }

    /// <summary>The place behind the newest event: who asks after it gets what comes from now on.</summary>
    public EventId Newest => new(epoch, _newest);

    /// <summary>The id of the event that is added next.</summary>
    public EventId Upcoming => new(epoch, _newest + 1);

    /// <summary>Adds an event that bears the id <see cref="Upcoming"/>, and drops the oldest that no longer fit.</summary>
    public void Append(ReadOnlyMemory<byte> frame)
    {
        if (Count == countMax)
            Drop();
        At(++_newest) = frame;
        Bytes += frame.Length;
        while (Bytes > bytesMax && Count > 1)
            Drop();
    }

    /// <summary>Reads on behind <paramref name="after"/>.</summary>
    /// <param name="after">Null for an id that cannot be read.</param>
    /// <returns>Without a gap, the events next to that place, none left out. With one, the oldest kept events.</returns>
    public EventBatch Read(EventId? after)
    {
        var gap = GapAt(after);
        var begin = gap is null ? after!.Value.Number : _dropped;
        var frames = ImmutableArray.CreateBuilder<ReadOnlyMemory<byte>>();
        var bytes = 0;
        for (var number = begin + 1; number <= _newest; number++)
        {
            var frame = At(number);
            if (frames.Count > 0 && bytes + frame.Length > BatchBytesMax)
                break;
            frames.Add(frame);
            bytes += frame.Length;
        }

        return new EventBatch(
            gap, new EventId(epoch, begin), frames.ToImmutable(), new EventId(epoch, begin + (ulong)frames.Count));
    }

    private ref ReadOnlyMemory<byte> At(ulong number) => ref _frames[number % (ulong)countMax];

    private void Drop()
    {
        ref var oldest = ref At(++_dropped);
        Bytes -= oldest.Length;
        oldest = default;
    }

    private EventGap? GapAt(EventId? after) => after switch
    {
        null => EventGap.UnknownId,
        { } id when id.Epoch != epoch => EventGap.Restarted,
        { } id when id.Number > _newest => EventGap.UnknownId,
        { } id when id.Number < _dropped => EventGap.Expired,
        _ => null,
    };
}
