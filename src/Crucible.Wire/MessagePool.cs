namespace Crucible.Wire;

/// <summary>
/// Messages of the four kinds that a busy disk sends, not in use now. All members may be called from any thread. What is
/// not asked for again is let go of by <see cref="Trim"/>.
/// </summary>
public sealed class MessagePool
{
    /// <summary>Of each kind; more than a region set keeps until a barrier (10 000 jobs).</summary>
    private const int UnusedMax = 12_000;

    private readonly Lock _lock = new();
    private readonly Shelf<Message.Write> _writes = new();
    private readonly Shelf<Message.WriteAck> _writeAcks = new();
    private readonly Shelf<Message.ReadRequest> _readRequests = new();
    private readonly Shelf<Message.ReadResponse> _readResponses = new();

    /// <summary>A write held once; what it says is left over.</summary>
    public Message.Write TakeWrite() => Take(_writes) ?? new Message.Write(this);

    /// <inheritdoc cref="TakeWrite"/>
    public Message.WriteAck TakeWriteAck() => Take(_writeAcks) ?? new Message.WriteAck(this);

    /// <inheritdoc cref="TakeWrite"/>
    public Message.ReadRequest TakeReadRequest() => Take(_readRequests) ?? new Message.ReadRequest(this);

    /// <inheritdoc cref="TakeWrite"/>
    public Message.ReadResponse TakeReadResponse() => Take(_readResponses) ?? new Message.ReadResponse(this);

    /// <summary>Lets go of half of what was not needed since the last call. To be called now and then.</summary>
    /// <returns>Whether there is anything left.</returns>
    public bool Trim()
    {
        lock (_lock)
        {
            return _writes.Trim() | _writeAcks.Trim() | _readRequests.Trim() | _readResponses.Trim();
        }
    }

    internal void TakeBack(Message.Reusable message)
    {
        lock (_lock)
        {
            switch (message)
            {
                case Message.Write m:
                    _writes.Push(m);
                    break;
                case Message.WriteAck m:
                    _writeAcks.Push(m);
                    break;
                case Message.ReadRequest m:
                    _readRequests.Push(m);
                    break;
                case Message.ReadResponse m:
                    _readResponses.Push(m);
                    break;
            }
        }
    }

    private T? Take<T>(Shelf<T> shelf)
        where T : Message.Reusable
    {
        lock (_lock)
            return shelf.Pop();
    }

    private sealed class Shelf<T>
        where T : Message.Reusable
    {
        private readonly Stack<T> _unused = new();
        private int _leastUnused;

        public T? Pop()
        {
            if (!_unused.TryPop(out var message))
                return null;
            _leastUnused = Math.Min(_leastUnused, _unused.Count);
            message.Renew();
            return message;
        }

        public void Push(T message)
        {
            if (_unused.Count < UnusedMax)
                _unused.Push(message);
        }

        public bool Trim()
        {
            for (var spare = (_leastUnused + 1) / 2; spare > 0; spare--)
                _unused.Pop();
            _leastUnused = _unused.Count;
            if (_leastUnused == 0)
                _unused.TrimExcess();
            return _leastUnused > 0;
        }
    }
}
