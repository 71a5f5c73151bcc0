using Crucible.Wire;
using Crucible.Simulation.World;

namespace Crucible.Simulation.Checks;

/// <summary>
/// Everything guests wrote to the volume, and what must follow from it: S1 (a flushed write survives) and S2 (a read
/// returns the last accepted write or one concurrent with it). Versions are numbers that rise with every write.
/// </summary>
/// <remarks>
/// For each block it keeps the versions it may still have if everything stopped now: the last one known to be flushed
/// and all later ones. An activation finds one of them on all three disks, and from then on the others may never be
/// seen.
/// </remarks>
internal sealed class VolumeHistory(int blocks)
{
    private readonly List<ulong>[] _possible = [.. Enumerable.Range(0, blocks).Select(_ => new List<ulong> { 0 })];
    private Incarnation? _latest;
    private ulong _versions;
    private int _incarnations;

    public ulong NewVersion() => ++_versions;

    /// <summary>An upstairs heard that it is active, with these servers.</summary>
    public Incarnation Begin(SessionIds ids, IReadOnlyList<DiskServer> servers)
    {
        var bornFenced = _latest is { } latest && latest.Ids != ids && servers.Any(s => s.Announced == latest.Ids);
        if (bornFenced)
            return new Incarnation(++_incarnations, ids, servers, new ulong[blocks], bornFenced: true);
        foreach (var extent in servers.SelectMany(server => server.Store.Extents))
        {
            if (extent.Dirty)
                throw new SimulationFailure("Invariant 9", "a copy is dirty at activation");
        }

        var content = new ulong[blocks];
        for (var block = 0; block < blocks; block++)
            content[block] = ContentAtStart(block, servers);
        var begun = new Incarnation(++_incarnations, ids, servers, content, bornFenced: false);
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
        if (data.Length != before.Length * BlockPattern.BlockSize)
            throw new SimulationFailure("S2", $"a read of {before.Length} blocks returned {data.Length} bytes");
        for (var i = 0; i < before.Length; i++)
        {
            var block = first + i;
            var found = BlockPattern.VersionOf(data.Slice(i * BlockPattern.BlockSize, BlockPattern.BlockSize), block)
                ?? throw new SimulationFailure("S2", $"a read of block {block} returned bytes nobody wrote");
            if (found != before[i] && (found < before[i] || !by.Wrote(block, found)))
                throw new SimulationFailure("S2", $"a read of block {block} returned version {found}, not {before[i]}");
        }
    }

    /// <summary>A flush was answered as done.</summary>
    /// <param name="by">Who was asked.</param>
    /// <param name="covered">The last version of every block when it was asked.</param>
    public void FlushDone(Incarnation by, ulong[] covered)
    {
        if (by.BornFenced)
            throw new SimulationFailure("S3", "a flush of a fenced upstairs succeeded");
        if (by.Next is { } next)
        {
            // It was done before the next upstairs looked at the disks, or it was not done at all.
            for (var block = 0; block < blocks; block++)
            {
                if (next.Content[block] < covered[block])
                    throw new SimulationFailure(
                        "S1",
                        $"block {block} was flushed at {covered[block]} and then lost to {next.Content[block]}");
            }

            return;
        }

        var holders = by.Stores.Count(store => Holds(store, covered));
        if (holders < 2)
            throw new SimulationFailure(
                "S1", $"a flush was answered that {holders} disks hold ({Lacking(by, covered)})");
        for (var block = 0; block < blocks; block++)
            _possible[block].RemoveAll(version => version < covered[block]);
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

        _possible[block] = [versions[0]];
        return versions[0];
    }

    private bool Holds(RegionStore store, ulong[] covered)
    {
        for (var block = 0; block < blocks; block++)
        {
            if (!Holds(store, block, covered[block]))
                return false;
        }

        return true;
    }

    private bool Holds(RegionStore store, int block, ulong covered)
    {
        var version = VersionOf(store.Durable(block), block);
        return version >= covered && _possible[block].Contains(version);
    }

    private string Lacking(Incarnation by, ulong[] covered) => string.Join("; ", by.Stores.SelectMany(
        (store, i) => Enumerable.Range(0, blocks).Where(b => !Holds(store, b, covered[b])).Select(
            b => $"disk {i} block {b} has {VersionOf(store.Durable(b), b)} not {covered[b]}")));

    private static ulong VersionOf(RegionStore.Stored? stored, int block) => stored is null
        ? 0
        : BlockPattern.VersionOf(stored.Data.Span, block)
            ?? throw new SimulationFailure("S2", $"a disk holds bytes for block {block} that nobody wrote");
}
