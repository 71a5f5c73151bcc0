using Crucible.Net;

namespace Propolis.Machines.Simulated;

/// <summary>
/// <c>write</c> or <c>verify</c> over the pattern area of one disk, in ascending order with a few operations in flight.
/// </summary>
/// <remarks>
/// Nothing more is started after the first trouble, and everything below it was started before; so once all are back
/// the lowest trouble found is the first there is.
/// </remarks>
public sealed class PatternJob(GuestDisk disk, ulong seed, bool verify) : IGuestJob
{
    private const int InFlightMax = 4;

    private readonly string _name = verify ? "verify" : "write";
    private ulong _nextOffset;
    private int _inFlight;
    private (ulong Block, string Line)? _trouble;

    public bool IsDone => _inFlight == 0 && !MayStart;

    /// <summary>A job where another left off, with nothing in flight.</summary>
    public static PatternJob Restore(GuestDisk disk, GuestJobState.Pattern state) => new(disk, state.Seed, state.Verify)
    {
        _nextOffset = state.NextOffset,
    };

    // A trouble ends the job when the last operation is back, so one that goes on has none.
    public GuestJobState Save() => new GuestJobState.Pattern(disk.Key, seed, verify, _nextOffset);

    private bool MayStart => _trouble is null && _nextOffset < disk.PatternBlockCount;

    public GuestIo? Next(ReadOnlySpan<int> inFlight)
    {
        if (!MayStart || _inFlight >= InFlightMax || inFlight[disk.Index] >= SimulatedGuest.InFlightPerDiskMax)
            return null;
        var blocks = (int)Math.Min((ulong)disk.TransferBlocks, disk.PatternBlockCount - _nextOffset);
        var first = GuestDisk.PatternFirstBlock + _nextOffset;
        _nextOffset += (ulong)blocks;
        _inFlight++;
        return verify ? disk.Read(first, blocks, seed) : disk.WritePattern(first, blocks, seed);
    }

    public void Completed(GuestIo io, IoResult result, List<string> lines)
    {
        _inFlight--;
        if (!result.IsOk)
            Note(io.Block, $"{_name} {disk.Key} error at block {io.Block}: {GuestDisk.Describe(result)}");
        else if (verify && disk.FirstBadBlock(io) is { } bad)
            Note(bad.Block, $"verify {disk.Key} bad block {bad.Block}: "
                + $"{bad.BytesDiffering} of {disk.BlockSizeBytes} bytes differ");
        if (IsDone)
            lines.Add(_trouble?.Line ?? $"{_name} {disk.Key} ok {disk.PatternBlockCount} blocks");
    }

    private void Note(ulong block, string line)
    {
        if (_trouble is not { } known || block < known.Block)
            _trouble = (block, line);
    }
}
