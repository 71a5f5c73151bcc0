using Crucible.Wire;
using Crucible.Simulation.World;

namespace Crucible.Simulation.Checks;

/// <summary>One time that one upstairs was active, and what its guest may rely on.</summary>
internal sealed class Incarnation
{
    private readonly ulong[] _last;
    private readonly List<ulong>[] _written;

    public Incarnation(int number, SessionIds ids, IReadOnlyList<DiskServer> servers, ulong[] content, bool bornFenced)
    {
        (Number, Ids, BornFenced) = (number, ids, bornFenced);
        Stores = [.. servers.Select(server => server.Store)];
        Content = content;
        _last = [.. content];
        _written = [.. content.Select(_ => new List<ulong>())];
    }

    public int Number { get; }

    public SessionIds Ids { get; }

    /// <summary>A newer upstairs was active before this one heard that it is: nothing it does may succeed.</summary>
    public bool BornFenced { get; }

    /// <summary>The three disks it found equal.</summary>
    public IReadOnlyList<RegionStore> Stores { get; }

    /// <summary>The versions it found.</summary>
    public ulong[] Content { get; }

    /// <summary>Who became active next; null while this is the latest.</summary>
    public Incarnation? Next { get; set; }

    public ulong Last(int block) => _last[block];

    public ulong[] LastOfAll() => [.. _last];

    public void Accepted(int block, ulong version)
    {
        _last[block] = version;
        _written[block].Add(version);
    }

    /// <summary>Whether it wrote this version, no matter how it ended.</summary>
    public bool Wrote(int block, ulong version) => _written[block].BinarySearch(version) >= 0;
}
