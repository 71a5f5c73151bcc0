namespace Crucible.Core.Tests.Upstairs;

/// <summary>
/// What a guest wrote to each block and which of it a flush made durable, and so what a disk may hold: after a crash any
/// write since the last answered flush, or what that flush covered.
/// </summary>
internal sealed class BlockHistory
{
    private readonly List<(long Time, byte Fill)>[] _blocks;
    private readonly Dictionary<FlushRequest, long> _flushes = [];
    private long _time;

    public BlockHistory(int blocks)
    {
        _blocks = new List<(long, byte)>[blocks];
        for (var i = 0; i < blocks; i++)
            _blocks[i] = [(0, 0)];
    }

    public byte Newest(int block) => _blocks[block][^1].Fill;

    public void Wrote(int block, byte fill) => _blocks[block].Add((++_time, fill));

    public void FlushAsked(ulong request) => _flushes[new FlushRequest(request)] = _time;

    public void FlushAnswered(ulong request, bool good)
    {
        if (!_flushes.Remove(new FlushRequest(request), out var covered) || !good)
            return;
        foreach (var writes in _blocks)
        {
            var last = writes.FindLastIndex(w => w.Time <= covered);
            if (last > 0)
                writes.RemoveRange(0, last);
        }
    }

    /// <summary>After a crash: this is what the disk holds. False if it may not.</summary>
    public bool Settled(int block, byte fill)
    {
        if (!_blocks[block].Exists(w => w.Fill == fill))
            return false;
        _blocks[block] = [(_time, fill)];
        return true;
    }

    public string Describe(int block) => string.Join(" ", _blocks[block].Select(w => $"{w.Fill}@{w.Time}"));

    private readonly record struct FlushRequest(ulong Value);
}
