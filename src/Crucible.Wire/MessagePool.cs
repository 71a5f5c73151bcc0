namespace Crucible.Wire;

/// <summary>
/// Messages of the four kinds that a busy disk sends, not in use now. All members may be called from any thread. What is
/// not asked for again is let go of by <see cref="Trim"/>.
/// </summary>
public sealed class MessagePool
{
    /// <summary>Of each kind; more than a region set keeps until a barrier (10 000 jobs).</summary>
    private const int UnusedMax = 12_000;
    private const int TrimsPerWindow = 10;

    /// <summary>Lists of dependencies that are kept; longer ones are a flush's or a barrier's.</summary>
    private const int ListLengthMax = 8;

    private readonly Lock _lock = new();
    private readonly Stack<JobId[]>[] _lists = [.. Enumerable.Range(0, ListLengthMax + 1).Select(_ => new Stack<JobId[]>())];
    private readonly Shelf<Message.Write> _writes = new();
    private int _trims;
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

    /// <summary>A list of dependencies for one of these messages, with which it comes back; what it says is left
    /// over.</summary>
    public JobId[] TakeList(int length)
    {
        if (length == 0)
            return [];
        lock (_lock)
        {
            if (length <= ListLengthMax && _lists[length].TryPop(out var list))
                return list;
        }

        return new JobId[length];
    }

    /// <summary>To be called about once a second. With every tenth call it lets go of what was not needed since the last
    /// such one: a load that comes and goes within seconds finds everything still there.</summary>
    /// <returns>Whether there is anything left.</returns>
    public bool Trim()
    {
        lock (_lock)
        {
            if (++_trims % TrimsPerWindow != 0)
                return true;
            foreach (var lists in _lists)
            {
                lists.Clear();
                lists.TrimExcess();
            }

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
                    Keep(m.TakeDependencies());
                    _writes.Push(m);
                    break;
                case Message.WriteAck m:
                    _writeAcks.Push(m);
                    break;
                case Message.ReadRequest m:
                    Keep(m.TakeDependencies());
                    _readRequests.Push(m);
                    break;
                case Message.ReadResponse m:
                    _readResponses.Push(m);
                    break;
            }
        }
    }

    private void Keep(JobId[] list)
    {
        if (list.Length is > 0 and <= ListLengthMax && _lists[list.Length].Count < UnusedMax)
            _lists[list.Length].Push(list);
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
            for (var spare = _leastUnused; spare > 0; spare--)
                _unused.Pop();
            _leastUnused = _unused.Count;
            if (_leastUnused == 0)
                _unused.TrimExcess();
            return _leastUnused > 0;
        }
    }
}
