using Crucible.Core.Downstairs;
using Crucible.Wire;

namespace Crucible.Net.Regions;

/// <summary>
/// A copy of a volume's blocks in memory, gone with the process: for benchmarks and for trying things. It serves reads,
/// writes and flushes like <see cref="Region"/>; it takes no snapshot and copies no extents.
/// </summary>
/// <remarks>Memory for an extent is taken when it is first written. Reads are not checked: what is checked when it is
/// written does not rot here, and the upstairs checks it once more.</remarks>
public sealed class MemoryRegion : IServedRegion
{
    private readonly int _blockSize;
    private readonly ulong _extentBlocks;
    private readonly byte[]?[] _data;
    private readonly ReadBlockContext[]?[] _contexts;
    private readonly Message.ExtentState[] _states;
    private readonly bool[] _closed;

    /// <summary>A region that was never written.</summary>
    /// <exception cref="RegionException">No such region is possible.</exception>
    public MemoryRegion(RegionDefinition definition)
    {
        if (RegionFiles.ProblemOf(definition) is { } problem)
            throw new RegionException(RegionFault.DefinitionInvalid, $"No such region is possible: {problem}.");
        Definition = definition;
        _blockSize = (int)definition.BlockSize;
        _extentBlocks = definition.ExtentSize.Value;
        _data = new byte[definition.ExtentCount][];
        _contexts = new ReadBlockContext[definition.ExtentCount][];
        _states = new Message.ExtentState[definition.ExtentCount];
        _closed = new bool[definition.ExtentCount];
    }

    public RegionDefinition Definition { get; }

    public bool ReadOnly => false;

    public PromotionRecord? Promotion { get; private set; }

    public FlushMark? Flushed { get; private set; }

    public bool AnswersAtOnce => true;

    public string? Poison => null;

    public ulong ReadBlocksMax => ProtocolLimits.MaxFrameBytes / (ulong)(_blockSize + 64);

    public Message.ExtentState[] Versions() => [.. _states];

    public void StorePromotion(PromotionRecord record) => Promotion = record;

    public void Heal()
    {
        // Memory does not fail.
    }

    public void Read(BlockIndex start, Span<ReadBlockContext> contexts, Span<byte> data)
    {
        CheckRange(start, contexts.Length);
        for (var i = 0; i < contexts.Length; i++)
        {
            var (extent, block) = PlaceOf(start + (ulong)i);
            var into = data.Slice(i * _blockSize, _blockSize);
            contexts[i] = _contexts[extent] is { } known ? known[block] : ReadBlockContext.Empty;
            if (contexts[i].Kind == ReadContextKind.Empty)
                into.Clear();
            else
                BlockOf(extent, block).CopyTo(into);
        }
    }

    public void Write(BlockIndex start, ReadOnlySpan<BlockContext> contexts, ReadOnlyMemory<byte> data) =>
        Write(start, contexts, data.Span, onlyUnwritten: false);

    public bool TryWrite(ReadOnlySpan<BlockWrite> writes) => false;

    public void WriteUnwritten(BlockIndex start, ReadOnlySpan<BlockContext> contexts, ReadOnlyMemory<byte> data) =>
        Write(start, contexts, data.Span, onlyUnwritten: true);

    public void Flush(Generation generation, FlushNumber flush, ExtentId? limit, FlushMark? mark)
    {
        if (limit is { } last && last.Value > Definition.ExtentCount)
            throw Impossible(CrucibleErrorKind.InvalidExtent);
        for (var e = 0u; e < _states.Length && (limit is null || e <= limit.Value.Value); e++)
        {
            if (_states[e].Dirty)
                _states[e] = new(generation, flush, Dirty: false);
        }

        Flushed = mark ?? Flushed;
    }

    public void FlushExtent(ExtentId extent, Generation generation, FlushNumber flush)
    {
        CheckExtent(extent);
        if (_states[extent.Value].Dirty)
            _states[extent.Value] = new(generation, flush, Dirty: false);
    }

    public Message.ExtentState CloseExtent(ExtentId extent)
    {
        CheckExtent(extent);
        if (_closed[extent.Value])
            throw Impossible(CrucibleErrorKind.InvalidExtent);
        _closed[extent.Value] = true;
        return _states[extent.Value];
    }

    public void ReopenExtent(ExtentId extent)
    {
        CheckExtent(extent);
        if (!_closed[extent.Value])
            throw Impossible(CrucibleErrorKind.InvalidExtent);
        _closed[extent.Value] = false;
    }

    public void ReopenAll() => Array.Clear(_closed);

    public void TakeSnapshot(string name) => throw new RegionIoException(
        new CrucibleError.WithText(CrucibleErrorKind.SnapshotFailed, "A region in memory takes no snapshots."), mayPass: false);

    public bool HasSnapshot(string name) => false;

    public ExtentCopy BeginCopy(ExtentId extent) => throw Impossible(CrucibleErrorKind.Unsupported);

    public byte[] DefinitionJson() => RegionFiles.Format(Definition);

    public bool IsExtentStable(ExtentId extent)
    {
        CheckExtent(extent);
        return Volatile.Read(ref _closed[extent.Value]);
    }

    public ExtentExport ExportExtent(ExtentId extent) => throw Impossible(CrucibleErrorKind.Unsupported);

    private void Write(BlockIndex start, ReadOnlySpan<BlockContext> contexts, ReadOnlySpan<byte> data, bool onlyUnwritten)
    {
        CheckRange(start, contexts.Length);
        for (var i = 0; i < contexts.Length; i++)
        {
            if (BlockHash.Of(contexts[i].Encryption, data.Slice(i * _blockSize, _blockSize)) != contexts[i].Hash)
                throw Impossible(CrucibleErrorKind.HashMismatch);
        }

        for (var i = 0; i < contexts.Length; i++)
        {
            var (extent, block) = PlaceOf(start + (ulong)i);
            var known = _contexts[extent] ??= new ReadBlockContext[_extentBlocks];
            if (onlyUnwritten && known[block].Kind != ReadContextKind.Empty)
                continue;
            known[block] = contexts[i].Encryption is { } encryption
                ? ReadBlockContext.OfEncrypted(encryption)
                : ReadBlockContext.OfUnencrypted(contexts[i].Hash);
            data.Slice(i * _blockSize, _blockSize).CopyTo(BlockOf(extent, block));
            if (!_states[extent].Dirty)
                _states[extent] = _states[extent] with { Dirty = true };
        }
    }

    private Span<byte> BlockOf(int extent, int block)
    {
        var data = _data[extent] ??= new byte[_extentBlocks * (ulong)_blockSize];
        return data.AsSpan(block * _blockSize, _blockSize);
    }

    private (int Extent, int Block) PlaceOf(BlockIndex block) =>
        ((int)(block.Value / _extentBlocks), (int)(block.Value % _extentBlocks));

    private void CheckRange(BlockIndex start, int blocks)
    {
        var total = Definition.TotalBlocks;
        if (start.Value > total || (ulong)blocks > total - start.Value)
            throw Impossible(CrucibleErrorKind.OffsetInvalid);
        if (blocks == 0)
            return;
        for (var e = PlaceOf(start).Extent; e <= PlaceOf(start + (ulong)(blocks - 1)).Extent; e++)
        {
            if (_closed[e])
                throw Impossible(CrucibleErrorKind.InvalidExtent);
        }
    }

    private void CheckExtent(ExtentId extent)
    {
        if (extent.Value >= Definition.ExtentCount)
            throw Impossible(CrucibleErrorKind.InvalidExtent);
    }

    private static RegionIoException Impossible(CrucibleErrorKind kind) =>
        new(new CrucibleError.Plain(kind), mayPass: false);
}
