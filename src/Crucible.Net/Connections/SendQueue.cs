using System.Runtime.InteropServices;
using Crucible.Wire;

namespace Crucible.Net.Connections;

/// <summary>What waits to be sent on one connection, within its limits. Many put in, one takes out everything.</summary>
internal sealed class SendQueue(ConnectionOptions options)
{
    private readonly Lock _lock = new();
    private List<(Message Message, long Bytes)> _waiting = [];
    private int _frames;
    private long _bytes;
    private bool _isClosed;

    /// <summary>Nothing is taken in any more.</summary>
    public bool IsClosed
    {
        get
        {
            lock (_lock)
                return _isClosed;
        }
    }

    /// <summary>False if it is closed or full. The message is held until it was sent.</summary>
    public bool TryAdd(Message message, long bytes)
    {
        message.Hold();
        lock (_lock)
        {
            var fits = _frames < options.QueuedFramesMax && (_bytes + bytes <= options.QueuedBytesMax || _bytes == 0);
            if (fits && !_isClosed)
            {
                _frames++;
                _bytes += bytes;
                _waiting.Add((message, bytes));
                return true;
            }
        }

        message.Release();
        return false;
    }

    public void Close()
    {
        lock (_lock)
            _isClosed = true;
    }

    /// <summary>Takes everything out; it counts towards the limits until it was <see cref="Sent"/>.</summary>
    /// <param name="taken">Empty, and exchanged for what waited.</param>
    /// <returns>False if nothing waited.</returns>
    public bool TryTakeAll(ref List<(Message Message, long Bytes)> taken)
    {
        lock (_lock)
        {
            if (_waiting.Count == 0)
                return false;
            (taken, _waiting) = (_waiting, taken);
            return true;
        }
    }

    /// <summary>These were sent, and are let go of.</summary>
    public void Sent(List<(Message Message, long Bytes)> taken)
    {
        var bytes = 0L;
        foreach (var (message, frameBytes) in CollectionsMarshal.AsSpan(taken))
        {
            message.Release();
            bytes += frameBytes;
        }

        lock (_lock)
        {
            _frames -= taken.Count;
            _bytes -= bytes;
        }

        taken.Clear();
    }
}
