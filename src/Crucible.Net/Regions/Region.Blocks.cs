using Crucible.Wire;

namespace Crucible.Net.Regions;

// Reading and writing of blocks.
public sealed partial class Region
{
    /// <summary>Writes gathered into one append at most.</summary>
    private const int GatheredWritesMax = 128;

    /// <summary>Of the read under way, so that each need not make its own.</summary>
    private BlockContext?[] _found = [];

    /// <summary>The most blocks one read may ask for, so that the answer fits a frame.</summary>
    public ulong ReadBlocksMax => ProtocolLimits.MaxFrameBytes / (ulong)(_blockSize + 64);

    /// <summary>Reads consecutive blocks.</summary>
    /// <param name="contexts">One for each block; their number is the number of blocks. May be none.</param>
    /// <param name="data">As many blocks.</param>
    /// <exception cref="RegionIoException">Outside the region, an extent is closed, the disk fails, or stored bytes do
    /// not belong to the stored context (nothing of the answer is to be used).</exception>
    public void Read(BlockIndex start, Span<ReadBlockContext> contexts, Span<byte> data)
    {
        CheckRange(start, (ulong)contexts.Length);
        if (_found.Length < contexts.Length)
            _found = new BlockContext?[contexts.Length];
        var found = _found.AsSpan(0, contexts.Length);
        var done = 0;
        try
        {
            while (done < contexts.Length)
            {
                var blocks = BlocksInExtent(start + (ulong)done, contexts.Length - done);
                ReadInExtent(
                    start + (ulong)done, found.Slice(done, blocks),
                    data.Slice(done * _blockSize, blocks * _blockSize));
                done += blocks;
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new RegionIoException(CrucibleError.Io(e.Message), mayPass: true, e);
        }
        for (var i = 0; i < contexts.Length; i++)
            contexts[i] = CheckedContext(start + (ulong)i, found[i], data.Slice(i * _blockSize, _blockSize));
    }

    /// <summary>Writes consecutive blocks; accepted, not durable before the next flush.</summary>
    /// <param name="data">As many blocks as there are contexts.</param>
    /// <exception cref="RegionIoException">Nothing was written: a hash is wrong, outside the region, an extent is
    /// closed, the region is read-only or poisoned, or the disk fails.</exception>
    public void Write(BlockIndex start, ReadOnlySpan<BlockContext> contexts, ReadOnlyMemory<byte> data)
    {
        CheckWrite(start, contexts, data.Span);
        Append(start, contexts, data);
    }

    /// <summary>Writes several times consecutive blocks at once, as if one after another.</summary>
    /// <returns>False if one of them is not possible, or not all at once: nothing was written, and each by itself shows
    /// what is wrong with it.</returns>
    public bool TryWrite(ReadOnlySpan<BlockWrite> writes)
    {
        if (writes.Length > GatheredWritesMax)
            return false;
        Span<long> offsets = stackalloc long[writes.Length];
        try
        {
            foreach (var write in writes)
                CheckWrite(write.Start, write.Contexts, write.Data.Span);
            var isRoom = _journal.Tail + Journal.GatheredBytesMax <= _options.JournalBytesMax;
            if (!isRoom || !_journal.TryAppendWrites(writes, offsets))
                return false;
        }
        catch (Exception e) when (e is RegionIoException or IOException or UnauthorizedAccessException)
        {
            return false;
        }
        for (var i = 0; i < writes.Length; i++)
        {
            if (writes[i].Contexts.Length > 0)
                Remember(writes[i].Start.Value, writes[i].Contexts, offsets[i]);
        }
        return true;
    }

    /// <summary>Writes those of the blocks that were never written, and leaves the others alone.</summary>
    public void WriteUnwritten(BlockIndex start, ReadOnlySpan<BlockContext> contexts, ReadOnlyMemory<byte> data)
    {
        CheckWrite(start, contexts, data.Span);
        var written = FindWritten(start, contexts.Length);
        var from = 0;
        while (from < contexts.Length)
        {
            var to = from;
            while (to < contexts.Length && !written[to])
                to++;
            Append(start + (ulong)from, contexts[from..to], data[(from * _blockSize)..(to * _blockSize)]);
            from = to + 1;
        }
    }

    private void CheckWrite(BlockIndex start, ReadOnlySpan<BlockContext> contexts, ReadOnlySpan<byte> data)
    {
        CheckWritable();
        CheckRange(start, (ulong)contexts.Length);
        for (var i = 0; i < contexts.Length; i++)
        {
            if (BlockHash.Of(contexts[i].Encryption, data.Slice(i * _blockSize, _blockSize)) != contexts[i].Hash)
                throw Impossible(new CrucibleError.Plain(CrucibleErrorKind.HashMismatch));
        }
    }

    private void CheckRange(BlockIndex start, ulong blocks)
    {
        var total = Definition.TotalBlocks;
        if (start.Value > total || blocks > total - start.Value)
            throw Impossible(new CrucibleError.Plain(CrucibleErrorKind.OffsetInvalid));
        if (blocks == 0)
            return;
        var last = (start.Value + blocks - 1) / _extentBlocks;
        for (var e = start.Value / _extentBlocks; e <= last; e++)
            OpenFile(new((uint)e));
    }

    private void Append(BlockIndex start, ReadOnlySpan<BlockContext> contexts, ReadOnlyMemory<byte> data)
    {
        if (contexts.IsEmpty)
            return;
        if (!_journal.IsEmpty && _journal.Tail + data.Length > _options.JournalBytesMax)
            MoveJournal();
        long offset;
        try
        {
            offset = AppendToJournal(start, contexts, data);
        }
        catch (RegionIoException) when (!_journal.IsEmpty)
        {
            // Perhaps the disk is full. The journal keeps its space, so once it is emptied there is room for this
            // write, and what was written before can still be overwritten.
            MoveJournal();
            offset = AppendToJournal(start, contexts, data);
        }
        Remember(start.Value, contexts, offset);
    }

    private long AppendToJournal(BlockIndex start, ReadOnlySpan<BlockContext> contexts, ReadOnlyMemory<byte> data)
    {
        try
        {
            return _journal.AppendWrite(start.Value, contexts, data);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new RegionIoException(CrucibleError.Io(e.Message), mayPass: true, e);
        }
    }

    private void Remember(ulong start, ReadOnlySpan<BlockContext> contexts, long offset)
    {
        for (var i = 0; i < contexts.Length; i++)
            _journaled[start + (ulong)i] = (offset + (i * (long)_blockSize), contexts[i]);
        var last = (start + (ulong)contexts.Length - 1) / _extentBlocks;
        for (var e = start / _extentBlocks; e <= last; e++)
            SetState((uint)e, _states[e] with { Dirty = true });
    }

    private int BlocksInExtent(BlockIndex start, int wanted) =>
        (int)Math.Min((ulong)wanted, _extentBlocks - (start.Value % _extentBlocks));

    private bool[] FindWritten(BlockIndex start, int count)
    {
        var written = new bool[count];
        var done = 0;
        Guarded(() =>
        {
            while (done < count)
            {
                var at = start + (ulong)done;
                var contexts = new BlockContext?[BlocksInExtent(at, count - done)];
                ExtentOf(at).ReadContexts((long)(at.Value % _extentBlocks), contexts);
                for (var i = 0; i < contexts.Length; i++)
                    written[done + i] = contexts[i] is not null || _journaled.ContainsKey(at.Value + (ulong)i);
                done += contexts.Length;
            }
        });
        return written;
    }

    private ExtentFile ExtentOf(BlockIndex block) => OpenFile(new((uint)(block.Value / _extentBlocks)));

    // Runs of blocks that lie together, in the extent's file or in the journal, are read at once.
    private void ReadInExtent(BlockIndex start, Span<BlockContext?> contexts, Span<byte> data)
    {
        var extent = ExtentOf(start);
        var first = (long)(start.Value % _extentBlocks);
        extent.ReadContexts(first, contexts);
        var from = 0;
        while (from < contexts.Length)
        {
            var to = from + 1;
            if (_journaled.TryGetValue(start.Value + (ulong)from, out var entry))
            {
                contexts[from] = entry.Context;
                while (to < contexts.Length && _journaled.TryGetValue(start.Value + (ulong)to, out var next)
                    && next.Offset == entry.Offset + ((to - from) * (long)_blockSize))
                    contexts[to++] = next.Context;
                _journal.ReadData(entry.Offset, Blocks(data, from, to));
            }
            else
            {
                var isWritten = contexts[from] is not null;
                while (to < contexts.Length && contexts[to] is not null == isWritten
                    && !_journaled.ContainsKey(start.Value + (ulong)to))
                    to++;
                if (isWritten)
                    extent.ReadData(first + from, Blocks(data, from, to));
                else
                    Blocks(data, from, to).Clear();
            }
            from = to;
        }
    }

    private Span<byte> Blocks(Span<byte> data, int from, int to) => data[(from * _blockSize)..(to * _blockSize)];

    private static ReadBlockContext CheckedContext(BlockIndex block, BlockContext? context, ReadOnlySpan<byte> data)
    {
        if (context is not { } written)
            return ReadBlockContext.Empty;
        if (BlockHash.Of(written.Encryption, data) != written.Hash)
            throw Impossible(CrucibleError.Io($"The stored bytes of {block} do not belong to their context."));
        return written.Encryption is { } encryption
            ? ReadBlockContext.OfEncrypted(encryption)
            : ReadBlockContext.OfUnencrypted(written.Hash);
    }
}
