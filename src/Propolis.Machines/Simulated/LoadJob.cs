using System.Globalization;
using Crucible.Net;

namespace Propolis.Machines.Simulated;

/// <summary>
/// <c>load N</c>: writes, reads and flushes over the load areas of all writable disks. Every read is of blocks that
/// an acknowledged write of this load filled, and is compared with it.
/// </summary>
/// <remarks>
/// Reads and writes in flight never overlap, so there is one right answer to each read. A write that failed may have
/// happened or not: its blocks are not read again until a later write of them succeeds. A disk that answers nothing
/// holds up only the few operations it was given; the others go on.
/// </remarks>
public sealed class LoadJob : IGuestJob
{
    private const int InFlightPerDiskMax = 4;
    private const int ProblemLinesMax = 10;
    private const int RememberedWritesMax = 64;
    private const int PlaceTries = 8;
    private const double BytesPerMib = 1024 * 1024;

    private readonly LoadDisk[] _disks;
    private readonly int _operations;
    private readonly int _progressEvery;
    private readonly ulong _seed;
    private ulong _draws;
    private int _started;
    private int _ended;
    private int _errors;
    private ulong _bytes;
    private int _turn;

    /// <summary>A load that has not started.</summary>
    /// <param name="disks">At least one; each writable and with a load area.</param>
    /// <param name="operations">1 or more.</param>
    /// <param name="seed">Chooses places, kinds and contents; use a fresh one for every load.</param>
    public LoadJob(IReadOnlyList<GuestDisk> disks, int operations, ulong seed)
    {
        _disks = [.. disks.Select(static disk => new LoadDisk(disk))];
        _operations = operations;
        _progressEvery = Math.Max(1, operations / 10);
        _seed = BlockPattern.Mix(seed);
    }

    private LoadJob(IReadOnlyList<GuestDisk> disks, GuestJobState.Load state)
    {
        _disks = [.. disks.Select(static disk => new LoadDisk(disk))];
        _operations = state.Operations;
        _progressEvery = Math.Max(1, state.Operations / 10);
        _seed = state.Seed;
        _draws = state.Draws;
        _started = _ended = state.Ended;
        _errors = state.Errors;
        _bytes = state.Bytes;
        _turn = state.Turn;
        for (var i = 0; i < _disks.Length; i++)
            _disks[i].Written.AddRange(state.Disks[i].Written.Select(w => new Extent(w.Block, w.Blocks, w.Tag)));
    }

    public bool IsDone => _ended == _operations;

    /// <summary>A load where another left off, with nothing in flight.</summary>
    /// <param name="disks">Those of the state, in its order.</param>
    /// <param name="state">What <see cref="Save"/> gave.</param>
    /// <exception cref="FormatException">It cannot have been in that state on these disks.</exception>
    public static LoadJob Restore(IReadOnlyList<GuestDisk> disks, GuestJobState.Load state)
    {
        var fits = state.Operations > 0 && state.Ended >= 0 && state.Ended < state.Operations
            && disks.Count > 0 && disks.Count == state.Disks.Count && state.Turn >= 0 && state.Turn < disks.Count
            && disks.Zip(state.Disks).All(static pair => pair.Second.Written.Count <= RememberedWritesMax
                && pair.Second.Written.All(w => w.Blocks > 0 && w.Blocks <= pair.First.TransferBlocks
                    && w.Block >= pair.First.LoadFirstBlock
                    && w.Block - pair.First.LoadFirstBlock <= pair.First.LoadBlockCount - (ulong)w.Blocks));
        return fits ? new LoadJob(disks, state) : throw new FormatException("a load that cannot have been on these disks");
    }

    public GuestJobState Save() => new GuestJobState.Load(
        _operations, _seed, _draws, _ended, _errors, _bytes, _turn,
        [.. _disks.Select(static d => new LoadDiskState(
            d.Disk.Key, [.. d.Written.Select(static e => new WrittenState(e.Block, e.Blocks, e.Tag))]))]);

    public GuestIo? Next(ReadOnlySpan<int> inFlight)
    {
        if (_started == _operations)
            return null;
        for (var i = 0; i < _disks.Length; i++)
        {
            var disk = _disks[_turn];
            _turn = (_turn + 1) % _disks.Length;
            if (disk.InFlight.Count >= InFlightPerDiskMax
                || inFlight[disk.Disk.Index] >= SimulatedGuest.InFlightPerDiskMax
                || Choose(disk) is not { } io)
                continue;
            disk.InFlight.Add(io);
            _started++;
            return io;
        }
        return null;
    }

    public void Completed(GuestIo io, IoResult result, List<string> lines)
    {
        var disk = _disks.First(d => d.Disk.Index == io.Disk);
        disk.InFlight.Remove(io);
        _ended++;
        if (!result.IsOk)
            Problem($"load {disk.Disk.Key} {Word(io)} error at block {io.Block}: {GuestDisk.Describe(result)}", lines);
        else if (io.Kind == GuestIoKind.Read && disk.Disk.FirstBadBlock(io) is { } bad)
            Problem($"load {disk.Disk.Key} bad block {bad.Block}: {bad.BytesDiffering} of "
                + $"{disk.Disk.BlockSizeBytes} bytes differ", lines);
        else
            Succeeded(disk, io);

        if (IsDone)
            lines.Add($"load done: {Summary()}");
        else if (_ended % _progressEvery == 0)
            lines.Add($"load progress: {_ended} of {Summary()}");
    }

    private void Succeeded(LoadDisk disk, GuestIo io)
    {
        _bytes += (ulong)io.Buffer.Length;
        if (io.Kind != GuestIoKind.Write)
            return;
        if (disk.Written.Count == RememberedWritesMax)
            disk.Written.RemoveAt(0);
        disk.Written.Add(new Extent(io.Block, io.Buffer.Length / disk.Disk.BlockSizeBytes, io.Tag));
    }

    private void Problem(string line, List<string> lines)
    {
        _errors++;
        if (_errors <= ProblemLinesMax)
            lines.Add(line);
    }

    private string Summary() => string.Create(
        CultureInfo.InvariantCulture, $"{_operations} operations, {_bytes / BytesPerMib:0.0} MiB, {_errors} errors");

    private GuestIo? Choose(LoadDisk disk) => (Draw() % 20) switch
    {
        0 => disk.Disk.Flush(),
        < 10 => ChooseRead(disk) ?? ChooseWrite(disk),
        _ => ChooseWrite(disk),
    };

    private GuestIo? ChooseRead(LoadDisk disk)
    {
        if (disk.Written.Count == 0)
            return null;
        var extent = disk.Written[(int)(Draw() % (ulong)disk.Written.Count)];
        return disk.Overlaps(extent.Block, extent.Blocks)
            ? null
            : disk.Disk.Read(extent.Block, extent.Blocks, extent.Tag);
    }

    private GuestIo? ChooseWrite(LoadDisk disk)
    {
        for (var i = 0; i < PlaceTries; i++)
        {
            var size = 1 + (Draw() % Math.Min((ulong)disk.Disk.TransferBlocks, disk.Disk.LoadBlockCount));
            var block = disk.Disk.LoadFirstBlock + (Draw() % (disk.Disk.LoadBlockCount - size + 1));
            if (disk.Overlaps(block, (int)size))
                continue;
            disk.Written.RemoveAll(e => e.Overlaps(block, (int)size));
            return disk.Disk.WritePattern(block, (int)size, _seed + (ulong)_started);
        }
        return null;
    }

    private ulong Draw() => BlockPattern.Mix(_seed ^ ++_draws);

    private static string Word(GuestIo io) => io.Kind switch
    {
        GuestIoKind.Read => "read",
        GuestIoKind.Write => "write",
        _ => "flush",
    };

    /// <summary>Blocks filled by one write.</summary>
    private readonly record struct Extent(ulong Block, int Blocks, ulong Tag)
    {
        public bool Overlaps(ulong block, int blocks) => block < Block + (ulong)Blocks && Block < block + (ulong)blocks;
    }

    private sealed class LoadDisk(GuestDisk disk)
    {
        public GuestDisk Disk { get; } = disk;

        public List<GuestIo> InFlight { get; } = [];

        /// <summary>Acknowledged writes that nothing wrote over since, the oldest first.</summary>
        public List<Extent> Written { get; } = [];

        public bool Overlaps(ulong block, int blocks) => InFlight.Exists(io =>
            io.Kind != GuestIoKind.Flush
            && new Extent(io.Block, io.Buffer.Length / Disk.BlockSizeBytes, io.Tag).Overlaps(block, blocks));
    }
}
