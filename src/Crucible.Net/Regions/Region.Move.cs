using System.Buffers;
using Crucible.Wire;

namespace Crucible.Net.Regions;

// The move of the journal's content into the extents. The journal is read from its start to its end in pieces, each
// piece's blocks go to their places in their order, and the contexts follow when all blocks are known: then those of
// one extent lie close together, and a few large writes do for thousands of small ones.
public sealed partial class Region
{
    private const int MoveBytesMax = 1024 * 1024;

    /// <summary>Context slots written at once; those in between that are not concerned are read before and written as they
    /// were.</summary>
    private const int SlotsMax = 4096;

    /// <summary>Slots in between that are worth reading rather than beginning another write. A guess: two pages.</summary>
    private const int SlotGapMax = 170;

    /// <summary>A block of the journal that is to be moved.</summary>
    /// <param name="Offset">Of its data in the journal.</param>
    private readonly record struct Moved(ulong Block, long Offset, BlockContext Context, ulong StoredBytesHash);

    /// <summary>Moves the journal's content into the extents, then starts it over. If it fails half-way, the journal
    /// still holds everything and is still what reads see.</summary>
    private void MoveJournal() => Guarded(() =>
    {
        if (_journal.IsEmpty)
            return;
        Durably(_journal.Sync);
        var moved = new Moved[_journaled.Count];
        var count = 0;
        foreach (var (block, (offset, context)) in _journaled)
            moved[count++] = new(block, offset, context, context.Hash);
        MoveBlocks(moved);
        MoveContexts(moved);
        foreach (var touched in _touched)
        {
            var extent = OpenFile(new(touched));
            extent.WriteState(_states[touched]);
            extent.BeginWriting();
        }
        Durably(() =>
        {
            foreach (var touched in _touched)
                OpenFile(new(touched)).Sync(_options.Sync);
            _journal.StartOver();
        });
        _journaled.Clear();
        _touched.Clear();
    });

    private void MoveBlocks(Moved[] moved)
    {
        Array.Sort(moved, static (a, b) => a.Offset.CompareTo(b.Offset));
        var pieceBytes = Math.Max(MoveBytesMax, _blockSize);
        var piece = ArrayPool<byte>.Shared.Rent(pieceBytes);
        var run = ArrayPool<byte>.Shared.Rent(pieceBytes);
        try
        {
            for (var from = 0; from < moved.Length;)
            {
                var begin = moved[from].Offset;
                var to = from + 1;
                while (to < moved.Length && moved[to].Offset + _blockSize - begin <= pieceBytes)
                    to++;
                var bytes = piece.AsSpan(0, (int)(moved[to - 1].Offset + _blockSize - begin));
                _journal.ReadData(begin, bytes);
                MovePiece(moved.AsSpan(from..to), begin, bytes, run);
                from = to;
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(piece);
            ArrayPool<byte>.Shared.Return(run);
        }
    }

    /// <summary>Writes the blocks of one piece, those that are neighbours at once.</summary>
    /// <param name="begin">Where the piece lies in the journal.</param>
    /// <param name="run">As large as the piece; for neighbours that lie apart in it.</param>
    private void MovePiece(Span<Moved> moved, long begin, ReadOnlySpan<byte> piece, byte[] run)
    {
        moved.Sort(static (a, b) => a.Block.CompareTo(b.Block));
        for (var from = 0; from < moved.Length;)
        {
            var start = new BlockIndex(moved[from].Block);
            var most = BlocksInExtent(start, moved.Length - from);
            var count = 0;
            while (count < most && moved[from + count].Block == start.Value + (ulong)count)
            {
                ref var block = ref moved[from + count];
                var data = piece.Slice((int)(block.Offset - begin), _blockSize);
                data.CopyTo(run.AsSpan(count * _blockSize));
                if (block.Context.Encryption is not null)
                    block = block with { StoredBytesHash = BlockHash.Plain(data) };
                count++;
            }
            ExtentOf(start).WriteData((long)(start.Value % _extentBlocks), run.AsSpan(0, count * _blockSize));
            from += count;
        }
    }

    private void MoveContexts(Moved[] moved)
    {
        Array.Sort(moved, static (a, b) => a.Block.CompareTo(b.Block));
        var slots = ArrayPool<byte>.Shared.Rent(SlotsMax * ContextSlot.Size);
        try
        {
            for (var from = 0; from < moved.Length;)
            {
                var extent = moved[from].Block / _extentBlocks;
                var to = from + 1;
                while (to < moved.Length && moved[to].Block / _extentBlocks == extent
                    && moved[to].Block - moved[to - 1].Block <= SlotGapMax
                    && moved[to].Block - moved[from].Block < SlotsMax)
                    to++;
                MoveContexts(moved.AsSpan(from..to), slots);
                from = to;
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(slots);
        }
    }

    /// <summary>Writes the contexts of some blocks of one extent at once, in the order of the blocks.</summary>
    private void MoveContexts(ReadOnlySpan<Moved> moved, byte[] slots)
    {
        var start = new BlockIndex(moved[0].Block);
        var (extent, first) = (ExtentOf(start), (long)(start.Value % _extentBlocks));
        var span = slots.AsSpan(0, ((int)(moved[^1].Block - start.Value) + 1) * ContextSlot.Size);
        if (moved.Length * ContextSlot.Size < span.Length)
            extent.ReadSlots(first, span);
        foreach (var block in moved)
        {
            var at = (int)(block.Block - start.Value) * ContextSlot.Size;
            ContextSlot.Write(span[at..], block.Context, block.StoredBytesHash);
        }
        extent.WriteContexts(first, span);
    }
}
