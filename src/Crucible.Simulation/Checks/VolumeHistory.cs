using Crucible.Simulation.World;
using Crucible.Wire;

namespace Crucible.Simulation.Checks;

/// <summary>
/// Everything guests wrote to the volume, and what must follow from it: S1 (a flushed write survives) and S2 (a read
/// returns the last accepted write or one concurrent with it). Versions are numbers that rise with every write.
/// </summary>
/// <remarks>
/// For each block it keeps the versions it may still have if everything stopped now: the last one known to be flushed
/// and all later ones. An activation finds one of them on all copies in service, and from then on the others may never
/// be seen. Disks are looked at directly: a wrong one is found at once, and not when a guest happens to read it.
/// </remarks>
internal sealed class VolumeHistory(VolumeShape shape)
{
    private const int CopiesOfAFlush = 2;
    private readonly int _blocks = shape.Blocks;
    private readonly List<ulong>[] _possible = [.. Enumerable.Range(0, shape.Blocks).Select(_ => new List<ulong> { 0 })];
    private Incarnation? _latest;
    private ulong _versions;
    private int _incarnations;

    public ulong NewVersion() => ++_versions;

    /// <summary>The volume comes with content: one version of each block.</summary>
    public ulong[] Preload()
    {
        foreach (var block in _possible)
            block[0] = NewVersion();
        return [.. _possible.Select(block => block[0])];
    }

    /// <summary>An upstairs heard that it is active, with these servers in service.</summary>
    public Incarnation Begin(SessionIds ids, IReadOnlyList<DiskServer> servers)
    {
        var looked = servers.Where(server => !server.DiskLost && (shape.ReadOnly || server.Announced == ids)).ToArray();
        var overtaken = !shape.ReadOnly && (looked.Length == 0
            || (_latest is { } latest && latest.Ids != ids && servers.Any(s => s.Announced == latest.Ids)));
        if (overtaken)
            return new Incarnation(++_incarnations, ids, new ulong[_blocks], bornFenced: true);
        if (looked.Any(server => server.Store.AnyDirty))
            throw new SimulationFailure("Invariant 9", "a copy is dirty at activation");
        var content = new ulong[_blocks];
        for (var block = 0; block < _blocks; block++)
            content[block] = ContentAtStart(block, looked);
        var begun = new Incarnation(++_incarnations, ids, content, bornFenced: false);
        if (_latest is not null)
            _latest.Next = begun;
        _latest = begun;
        return begun;
    }

    public void WriteAccepted(Incarnation by, int block, ulong version)
    {
        by.Accepted(block, version);
        if (by == _latest)
            _possible[block].Add(version);
    }

    /// <summary>A read returned these bytes.</summary>
    /// <param name="by">Who was asked.</param>
    /// <param name="first">The first block.</param>
    /// <param name="before">The last version of each block when it was asked.</param>
    /// <param name="data">As many blocks.</param>
    public static void ReadDone(Incarnation by, int first, ulong[] before, ReadOnlySpan<byte> data)
    {
        if (by.BornFenced)
            throw new SimulationFailure("S3", "a read of a fenced upstairs succeeded");
        if (data.Length == 0 || data.Length % before.Length != 0)
            throw new SimulationFailure("S2", $"a read of {before.Length} blocks returned {data.Length} bytes");
        var size = data.Length / before.Length;
        for (var i = 0; i < before.Length; i++)
        {
            var block = first + i;
            var found = BlockPattern.VersionOf(data.Slice(i * size, size), block)
                ?? throw new SimulationFailure("S2", $"a read of block {block} returned bytes nobody wrote");
            if (found != before[i] && (found < before[i] || !by.Wrote(block, found)))
                throw new SimulationFailure("S2", $"a read of block {block} returned version {found}, not {before[i]}");
        }
    }

    /// <summary>A flush was answered as done.</summary>
    /// <param name="by">Who was asked.</param>
    /// <param name="covered">The last version of every block when it was asked.</param>
    /// <param name="servers">The targets. One whose disk is gone had it, for all anyone knows.</param>
    public void FlushDone(Incarnation by, ulong[] covered, IReadOnlyList<DiskServer> servers)
    {
        if (by.BornFenced)
            throw new SimulationFailure("S3", "a flush of a fenced upstairs succeeded");
        if (by.Next is { } next)
        {
            // It was done before the next upstairs looked at the disks, or it was not done at all.
            for (var block = 0; block < _blocks; block++)
            {
                if (next.Content[block] < covered[block])
                    throw new SimulationFailure(
                        "S1",
                        $"block {block} was flushed at {covered[block]} and then lost to {next.Content[block]}");
            }

            return;
        }

        var holders = servers.Count(server => server.DiskLost || Holds(server.Store, covered));
        if (holders < CopiesOfAFlush)
            throw new SimulationFailure("S1", $"a flush was answered that {holders} disks hold");
        for (var block = 0; block < _blocks; block++)
            _possible[block].RemoveAll(version => version < covered[block]);
    }

    /// <summary>Whether this disk durably holds every write that a flush was answered for.</summary>
    public bool HoldsFlushed(RegionStore store) => Holds(store, [.. _possible.Select(versions => versions[0])]);

    /// <summary>Whether nothing on this disk is of a version that an activation did not find.</summary>
    public bool MayBeServed(RegionStore store) => Enumerable.Range(0, _blocks)
        .All(block => _possible[block].Contains(VersionOf(store.Current(block), block)));

    /// <summary>S4: with nothing under way these copies are the same, block by block.</summary>
    public void CopiesAgree(IReadOnlyList<DiskServer> servers, string when)
    {
        for (var block = 0; block < _blocks; block++)
        {
            var versions = servers.Select(server => VersionOf(server.Store.Current(block), block)).ToArray();
            if (versions.Any(version => version != versions[0]))
                throw new SimulationFailure(
                    "S4", $"block {block} has versions {string.Join(", ", versions)} {when}");
            if (_latest is { } latest && versions[0] != latest.Last(block))
                throw new SimulationFailure(
                    "S4", $"block {block} has version {versions[0]}, not {latest.Last(block)}, {when}");
        }
    }

    /// <summary>A snapshot was answered as taken: each copy has just what was written before it was asked.</summary>
    public void SnapshotDone(ulong[] covered, string name, IEnumerable<DiskServer> servers)
    {
        foreach (var server in servers.Where(server => !server.DiskLost))
        {
            var kept = server.Store.Snapshot(name)
                ?? throw new SimulationFailure("Snapshot", $"{server} has no snapshot {name}");
            for (var block = 0; block < _blocks; block++)
            {
                if (VersionOf(kept[block], block) != covered[block])
                    throw new SimulationFailure(
                        "Snapshot",
                        $"{server} kept version {VersionOf(kept[block], block)} of block {block}, not {covered[block]}");
            }
        }
    }

    private ulong ContentAtStart(int block, IReadOnlyList<DiskServer> servers)
    {
        var versions = servers.Select(server => VersionOf(server.Store.Current(block), block)).ToArray();
        if (versions.Any(version => version != versions[0]))
            throw new SimulationFailure(
                "Invariant 9", $"block {block} has versions {string.Join(", ", versions)} at activation");
        if (!_possible[block].Contains(versions[0]))
        {
            throw new SimulationFailure(
                "S1",
                $"block {block} has version {versions[0]} at activation, not of {string.Join(", ", _possible[block])}");
        }

        _possible[block].Clear();
        _possible[block].Add(versions[0]);
        return versions[0];
    }

    private bool Holds(RegionStore store, ulong[] covered)
    {
        for (var block = 0; block < _blocks; block++)
        {
            var version = VersionOf(store.Durable(block), block);
            // A flush may be answered after a later one; then what it covers is not what the disk may end with.
            if (version < covered[block] || (version >= _possible[block][0] && !_possible[block].Contains(version)))
                return false;
        }

        return true;
    }

    private static ulong VersionOf(RegionStore.Stored? stored, int block) => stored is null
        ? 0
        : stored.VersionOf(block)
            ?? throw new SimulationFailure("S2", $"a disk holds bytes for block {block} that nobody wrote");
}
