using System.Buffers;

namespace Crucible.Net.Connections;

/// <summary>Frames that are to leave in one write. Its memory is rented while there is something in it.</summary>
internal sealed class SendBuffer : IBufferWriter<byte>
{
    private const int RentedBytes = 128 * 1024;
    private byte[] _bytes = [];

    public int Count { get; private set; }

    public ReadOnlyMemory<byte> Written => _bytes.AsMemory(0, Count);

    public void Advance(int count) => Count += count;

    public Memory<byte> GetMemory(int sizeHint = 0)
    {
        EnsureRoom(sizeHint);
        return _bytes.AsMemory(Count);
    }

    public Span<byte> GetSpan(int sizeHint = 0)
    {
        EnsureRoom(sizeHint);
        return _bytes.AsSpan(Count);
    }

    /// <summary>Empties it.</summary>
    public void Reset() => Count = 0;

    /// <summary>Empties it and gives its memory back.</summary>
    public void LetGo()
    {
        if (_bytes.Length > 0)
            ArrayPool<byte>.Shared.Return(_bytes);
        (_bytes, Count) = ([], 0);
    }

    private void EnsureRoom(int bytes)
    {
        if (_bytes.Length - Count >= Math.Max(bytes, 1))
            return;
        var larger = ArrayPool<byte>.Shared.Rent(Math.Max(RentedBytes, Count + bytes));
        _bytes.AsSpan(0, Count).CopyTo(larger);
        if (_bytes.Length > 0)
            ArrayPool<byte>.Shared.Return(_bytes);
        _bytes = larger;
    }
}
