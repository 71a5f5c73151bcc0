using System.Globalization;
using System.Runtime.InteropServices;
using Crucible.Wire;

namespace Crucible.Simulation.World;

/// <summary>What happened, one line each: a hash over all of it, and the last lines for people.</summary>
internal sealed class Trace(VirtualClock clock)
{
    private const int LinesKept = 400;
    private readonly Queue<string> _tail = new();
    private XxHash64Incremental _hash;

    /// <summary>Equal for two runs that did the same things in the same order at the same times.</summary>
    public ulong Hash
    {
        get
        {
            var copy = _hash;
            return copy.Digest();
        }
    }

    public void Add(string line)
    {
        var seconds = (clock.Now - DateTimeOffset.UnixEpoch).TotalSeconds;
        var whole = string.Create(CultureInfo.InvariantCulture, $"{seconds,12:0.0000000} {line}");
        _hash.Append(MemoryMarshal.AsBytes(whole.AsSpan()));
        if (_tail.Count == LinesKept)
            _tail.Dequeue();
        _tail.Enqueue(whole);
    }

    public string Tail() => string.Join('\n', _tail);
}
