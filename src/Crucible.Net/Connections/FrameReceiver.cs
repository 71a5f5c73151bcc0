using Crucible.Wire;

namespace Crucible.Net.Connections;

/// <summary>
/// The bytes that arrived on one connection and are no message yet. While little comes it makes do with a small buffer of
/// its own; larger ones are taken only while data is under way, the larger the more comes at once, and payloads stay in
/// them where they arrived.
/// </summary>
/// <remarks>Used by the reader of its connection alone. A large buffer is shared with the messages whose payload lies in
/// it, and filled again only when they have all let go; so what a slow owner keeps is no more than what arrived.</remarks>
internal sealed class FrameReceiver(MessagePool? messages, BufferPool buffers)
{
    private const int SmallBytes = 512;
    private const int FirstBytes = 4 * 1024;
    private const int LargeBytes = 128 * 1024;

    /// <summary>With less room than one part in so many at the end of a buffer, the next one is taken.</summary>
    private const int RoomParts = 16;

    private readonly byte[] _small = GC.AllocateUninitializedArray<byte>(SmallBytes);
    private SharedBuffer? _large;

    /// <summary>Bytes of the frame that has begun, if its length is known.</summary>
    private int _frameBytes;
    private int _start;
    private int _end;

    /// <summary>How much the last read brought, and could have.</summary>
    private int _arrived;
    private int _room;

    /// <summary>Bytes of the next buffer to be taken.</summary>
    private int _wanted = FirstBytes;

    private byte[] Bytes => _large?.Bytes ?? _small;

    /// <summary>Where the next bytes are to go; never empty.</summary>
    public Memory<byte> Room()
    {
        var unread = _end - _start;
        if (_large is null)
        {
            if (unread > 0 ? Math.Max(_frameBytes, unread + 1) > SmallBytes : _arrived == SmallBytes)
                MoveTo(_wanted);
            else
                MoveToFront();
        }
        else if (unread == 0 && _arrived < SmallBytes)
        {
            LetGo();
        }
        else if (unread == 0 && (Bytes.Length > LargeBytes || Bytes.Length < _wanted))
        {
            MoveTo(_wanted);
        }
        else if (unread == 0 && _large.IsHeldOnce)
        {
            (_start, _end) = (0, 0);
        }
        else if (Bytes.Length - _end < Bytes.Length / RoomParts || _start + _frameBytes > Bytes.Length)
        {
            MoveTo(_wanted);
        }

        // Behind a frame that has a buffer of its own, nothing more is taken in: it would have to be moved out again.
        var room = _frameBytes > LargeBytes ? Bytes.AsMemory(_end, _start + _frameBytes - _end) : Bytes.AsMemory(_end);
        _room = room.Length;
        return room;
    }

    /// <summary>So many bytes were put into <see cref="Room"/>.</summary>
    public void Arrived(int bytes)
    {
        _arrived = bytes;
        _end += bytes;
        if (bytes == _room)
            _wanted = Math.Min(4 * _wanted, LargeBytes);
    }

    /// <summary>Forgets what is no message yet.</summary>
    public void Discard() => (_start, _end, _frameBytes) = (0, 0, 0);

    /// <summary>Takes the next whole message.</summary>
    /// <param name="problem">Why there will be none any more: the connection is to be dropped. Null otherwise.</param>
    public bool TryTake(out Message message, out string? problem)
    {
        (message, problem) = (null!, null);
        ReadOnlyMemory<byte> unread = Bytes.AsMemory(_start, _end - _start);
        switch (FrameReader.TryTake(ref unread, out var frame, out _frameBytes))
        {
            case FrameStatus.Incomplete:
                return false;
            case FrameStatus.Malformed:
                problem = "The length of a frame is out of range.";
                return false;
        }

        _start += _frameBytes;
        _frameBytes = 0;
        if (TryDecode(frame, out message, out var error))
            return true;
        problem = error?.ToString();
        return false;
    }

    /// <summary>Gives back what it has taken.</summary>
    public void LetGo()
    {
        _large?.Release();
        (_large, _wanted) = (null, FirstBytes);
        Discard();
    }

    // Only four kinds alias the frame they were read from. Two of them can keep the buffer; the others get their own.
    private bool TryDecode(ReadOnlyMemory<byte> frame, out Message message, out DecodeError? error)
    {
        var kind = (MessageKind)BitConverter.ToUInt32(frame.Span);
        var canKeep = messages is not null && _large is not null
            && kind is MessageKind.Write or MessageKind.ReadResponse;
        if (!canKeep && kind is MessageKind.Write or MessageKind.ReadResponse or MessageKind.WriteUnwritten or MessageKind.Unknown)
            frame = frame.ToArray();
        if (!MessageCodec.TryDecode(frame, messages, out message!, out error))
            return false;
        if (canKeep)
            ((Message.Reusable)message).Keep(_large!);
        return true;
    }

    private void MoveToFront()
    {
        if (_start > 0)
            _small.AsSpan(_start, _end - _start).CopyTo(_small);
        (_start, _end) = (0, _end - _start);
    }

    private void MoveTo(int bytes)
    {
        var next = buffers.Take(Math.Max(_frameBytes, bytes));
        Bytes.AsSpan(_start, _end - _start).CopyTo(next.Bytes);
        (_start, _end) = (0, _end - _start);
        _large?.Release();
        _large = next;
    }
}
