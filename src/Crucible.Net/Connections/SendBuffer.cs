using System.Buffers;
using Crucible.Wire;

namespace Crucible.Net.Connections;

/// <summary>Frames that are to leave in one write. It takes memory while there is something in it, as much as it needed
/// the last time.</summary>
internal sealed class SendBuffer(BufferPool buffers) : IBufferWriter<byte>
{
    private const int FirstBytes = 4 * 1024;

    private SharedBuffer? _buffer;
    private int _peak = FirstBytes;

    public int Count { get; private set; }

    public ReadOnlyMemory<byte> Written => _buffer is null ? default : _buffer.Bytes.AsMemory(0, Count);

    public void Advance(int count) => Count += count;

    public Memory<byte> GetMemory(int sizeHint = 0) => WithRoom(sizeHint).AsMemory(Count);

    public Span<byte> GetSpan(int sizeHint = 0) => WithRoom(sizeHint).AsSpan(Count);

    /// <summary>Empties it.</summary>
    public void Reset()
    {
        _peak = Math.Max(_peak, Count);
        Count = 0;
    }

    /// <summary>Empties it and gives its memory back.</summary>
    public void LetGo()
    {
        if (_buffer is null)
            return;
        _buffer.Release();
        (_buffer, Count) = (null, 0);
    }

    private byte[] WithRoom(int bytes)
    {
        var needed = Count + Math.Max(bytes, 1);
        if (_buffer is null)
        {
            _buffer = buffers.Take(Math.Max(_peak, needed));
            _peak = FirstBytes;
        }
        else if (_buffer.Bytes.Length < needed)
        {
            var larger = buffers.Take(Math.Max(2 * _buffer.Bytes.Length, needed));
            Written.Span.CopyTo(larger.Bytes);
            _buffer.Release();
            _buffer = larger;
        }

        return _buffer.Bytes;
    }
}
