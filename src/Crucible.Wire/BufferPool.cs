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
    private const int TrimsPerWindow = 10;

    /// <summary>Two of the largest jobs; larger buffers are made for one use.</summary>
    private const int MostBytes = 2 * 1024 * 1024;

    private static readonly int Sizes = BitOperations.Log2(MostBytes / LeastBytes) + 1;
    private readonly Lock _lock = new();
    private readonly Stack<SharedBuffer>?[] _unused = new Stack<SharedBuffer>?[Sizes];
    private readonly int[] _leastUnused = new int[Sizes];
    private long _bytes;
    private int _trims;

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

    /// <summary>To be called about once a second. With every tenth call it lets go of what was not needed since the last
    /// such one: a load that comes and goes within seconds finds everything still there.</summary>
    /// <returns>Whether there is anything left.</returns>
    public bool Trim()
    {
        lock (_lock)
        {
            if (++_trims % TrimsPerWindow != 0)
                return _bytes > 0;
            for (var size = 0; size < Sizes; size++)
            {
                if (_unused[size] is not { } unused)
                    continue;
                for (var spare = _leastUnused[size]; spare > 0; spare--)
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
        var size = SizeOf(buffer.Bytes.Length);
        lock (_lock)
        {
            while (_bytes + buffer.Bytes.Length > bytesMax)
            {
                if (!DropOneOtherThan(size))
                    return;
            }

            _bytes += buffer.Bytes.Length;
            (_unused[size] ??= new Stack<SharedBuffer>()).Push(buffer);
        }
    }

    // What a load of another size has left must not keep this one from finding its buffers again.
    private bool DropOneOtherThan(int size)
    {
        var most = size;
        for (var other = 0; other < Sizes; other++)
        {
            if (UnusedBytes(other) > UnusedBytes(most))
                most = other;
        }

        if (most == size)
            return false;
        _bytes -= _unused[most]!.Pop().Bytes.Length;
        _leastUnused[most] = Math.Min(_leastUnused[most], _unused[most]!.Count);
        return true;
    }

    private long UnusedBytes(int size) => (_unused[size]?.Count ?? 0) * ((long)LeastBytes << size);

    private static int SizeOf(int bytes) =>
        bytes <= LeastBytes ? 0 : BitOperations.Log2((uint)(bytes - 1) / LeastBytes) + 1;
}
