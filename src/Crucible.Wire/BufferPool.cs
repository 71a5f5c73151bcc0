using System.Numerics;

namespace Crucible.Wire;

/// <summary>
/// Buffers that are not in use, by size: powers of two. All members may be called from any thread. What is not asked for
/// again is let go of by <see cref="Trim"/>.
/// </summary>
/// <param name="bytesMax">Bytes it keeps; what comes back beyond it is left to the collector.</param>
public sealed class BufferPool(long bytesMax)
{
    private const int LeastBytes = 512;

    /// <summary>Two of the largest jobs; larger buffers are made for one use.</summary>
    private const int MostBytes = 2 * 1024 * 1024;

    private static readonly int Sizes = BitOperations.Log2(MostBytes / LeastBytes) + 1;
    private readonly Lock _lock = new();
    private readonly Stack<SharedBuffer>?[] _unused = new Stack<SharedBuffer>?[Sizes];
    private readonly int[] _leastUnused = new int[Sizes];
    private long _bytes;

    /// <summary>A buffer of at least that many bytes, held once.</summary>
    public SharedBuffer Take(int bytes)
    {
        if (bytes > MostBytes)
            return new SharedBuffer(bytes, home: null);
        var size = SizeOf(bytes);
        lock (_lock)
        {
            if (_unused[size] is { } unused && unused.TryPop(out var buffer))
            {
                _bytes -= buffer.Bytes.Length;
                _leastUnused[size] = Math.Min(_leastUnused[size], unused.Count);
                buffer.Renew();
                return buffer;
            }
        }

        return new SharedBuffer(LeastBytes << size, this);
    }

    /// <summary>Lets go of half of what was not needed since the last call. To be called now and then.</summary>
    /// <returns>Whether there is anything left.</returns>
    public bool Trim()
    {
        lock (_lock)
        {
            for (var size = 0; size < Sizes; size++)
            {
                if (_unused[size] is not { } unused)
                    continue;
                for (var spare = (_leastUnused[size] + 1) / 2; spare > 0; spare--)
                    _bytes -= unused.Pop().Bytes.Length;
                _leastUnused[size] = unused.Count;
                if (unused.Count == 0)
                    _unused[size] = null;
            }

            return _bytes > 0;
        }
    }

    internal void TakeBack(SharedBuffer buffer)
    {
        lock (_lock)
        {
            if (_bytes + buffer.Bytes.Length > bytesMax)
                return;
            _bytes += buffer.Bytes.Length;
            (_unused[SizeOf(buffer.Bytes.Length)] ??= new Stack<SharedBuffer>()).Push(buffer);
        }
    }

    private static int SizeOf(int bytes) =>
        bytes <= LeastBytes ? 0 : BitOperations.Log2((uint)(bytes - 1) / LeastBytes) + 1;
}
