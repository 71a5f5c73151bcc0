using Crucible.Wire;

namespace Crucible.Simulation.Checks;

/// <summary>One time that one upstairs was active, and what its guest may rely on.</summary>
internal sealed class Incarnation(int number, SessionIds ids, ulong[] content, bool bornFenced)
{
    private readonly ulong[] _last = [.. content];
    private readonly List<ulong>[] _written = [.. content.Select(_ => new List<ulong>())];

    public int Number => number;

    public SessionIds Ids => ids;

    /// <summary>A newer upstairs was active before this one heard that it is: nothing it does may succeed.</summary>
    public bool BornFenced => bornFenced;

    /// <summary>The versions it found.</summary>
    public ulong[] Content => content;

    /// <summary>Who became active next; null while this is the latest.</summary>
    public Incarnation? Next { get; set; }

    public ulong Last(int block) => _last[block];

    public ulong[] LastOfAll() => [.. _last];

    public ulong[] LastOf(int first, int count) => _last[first..(first + count)];

    public void Accepted(int block, ulong version)
    {
        _last[block] = version;
        _written[block].Add(version);
    }

    /// <summary>Whether it wrote this version, no matter how it ended.</summary>
    public bool Wrote(int block, ulong version) => _written[block].BinarySearch(version) >= 0;
}
