using Crucible.Wire;

namespace Crucible.Net.Regions;

// Looking at what is stored, for tools. A read-only region may be inspected by any number of threads.
public sealed partial class Region
{
    private const int InspectBytesMax = 1024 * 1024;

    /// <summary>Shows every block of an open extent, in order, as it is stored.</summary>
    /// <exception cref="RegionIoException">There is no such extent, it is closed, or the disk fails.</exception>
    public void Inspect(ExtentId extent, BlockVisitor visit)
    {
        CheckExtent(extent);
        var file = OpenFile(extent);
        Guarded(() =>
        {
            var blocksAtOnce = (int)Math.Min((long)_extentBlocks, InspectBytesMax / _blockSize);
            var data = new byte[blocksAtOnce * _blockSize];
            var contexts = new BlockContext?[blocksAtOnce];
            for (var first = 0ul; first < _extentBlocks; first += (ulong)blocksAtOnce)
            {
                var count = (int)Math.Min((ulong)blocksAtOnce, _extentBlocks - first);
                file.ReadContexts((long)first, contexts.AsSpan(0, count));
                file.ReadData((long)first, data.AsSpan(0, count * _blockSize));
                Show(new BlockIndex((extent.Value * _extentBlocks) + first), contexts.AsSpan(0, count), data, visit);
            }
        });
    }

    /// <summary>Checks every block of an open extent against its context.</summary>
    /// <returns>Those that do not fit.</returns>
    /// <exception cref="RegionIoException">As <see cref="Inspect"/>.</exception>
    public IReadOnlyList<BlockFault> Verify(ExtentId extent)
    {
        var faults = new List<BlockFault>();
        Inspect(extent, (block, context, stored) =>
        {
            if (context is { } written && BlockHash.Of(written.Encryption, stored) != written.Hash)
                faults.Add(new(block, "the stored bytes do not belong to their context"));
            else if (context is null && stored.IndexOfAnyExcept((byte)0) >= 0)
                faults.Add(new(block, "it has no context, yet it is not all zeros"));
        });
        return faults;
    }

    /// <summary>Where a block is kept on disk.</summary>
    /// <exception cref="RegionIoException">There is no such block.</exception>
    public BlockPlace PlaceOf(BlockIndex block)
    {
        CheckRange(block, 1);
        var within = (long)(block.Value % _extentBlocks);
        return new BlockPlace(
            RegionFiles.Extent(_directory, new((uint)(block.Value / _extentBlocks))), within * _blockSize,
            ExtentFile.SlotOffset(Definition, within), ExtentFile.SecondSlotOffset(Definition, within),
            _journaled.ContainsKey(block.Value));
    }

    private void Show(BlockIndex first, ReadOnlySpan<BlockContext?> contexts, Span<byte> data, BlockVisitor visit)
    {
        for (var i = 0; i < contexts.Length; i++)
        {
            var stored = data.Slice(i * _blockSize, _blockSize);
            var context = contexts[i];
            if (_journaled.TryGetValue(first.Value + (ulong)i, out var entry))
            {
                _journal.ReadData(entry.Offset, stored);
                context = entry.Context;
            }
            visit(first + (ulong)i, context, stored);
        }
    }
}
