using System.Diagnostics;
using Crucible.Core.Downstairs;
using Crucible.Wire;

namespace Crucible.Simulation.World;

/// <summary>
/// The virtual disk of one server. What was written since the last flush is not durable: at a crash each block keeps
/// any one of the versions it had since, but its extent then says that it is dirty.
/// </summary>
internal sealed class RegionStore
{
    private readonly Block[] _blocks;
    private readonly Message.ExtentState[] _extents;
    private readonly int _blocksPerExtent;

    /// <summary>Extents that kept something through a crash that was never flushed.</summary>
    private readonly bool[] _keptUnflushed;

    public RegionStore(RegionDefinition definition, StoreDefect defect)
    {
        Definition = definition;
        Defect = defect;
        _blocks = [.. Enumerable.Range(0, (int)definition.TotalBlocks).Select(_ => new Block())];
        _extents = new Message.ExtentState[definition.ExtentCount];
        _keptUnflushed = new bool[definition.ExtentCount];
        _blocksPerExtent = (int)definition.ExtentSize.Value;
    }

    public RegionDefinition Definition { get; }

    public StoreDefect Defect { get; }

    public PromotionRecord? Promotion { get; private set; }

    public int BlockCount => _blocks.Length;

    public IReadOnlyList<Message.ExtentState> Extents => _extents;

    /// <summary>What a read of the block finds; null if it was never written.</summary>
    public Stored? Current(int block) => _blocks[block].Current;

    /// <summary>What a crash would leave of the block if it took everything that is not durable.</summary>
    public Stored? Durable(int block) => _blocks[block].Durable;

    public StorageResult Do(StorageWork work)
    {
        switch (work)
        {
            case StorageWork.Promote p:
                Promotion = p.Record ?? Promotion;
                return StorageResult.Done.Instance;
            case StorageWork.ReadVersions:
                return new StorageResult.Versions([.. _extents.Select(Told)]);
            case StorageWork.Perform { Message: Message.ReadRequest m }:
                return Read((int)m.Start.Value, (int)m.Count);
            case StorageWork.Perform { Message: Message.Write m }:
                return Write((int)m.Start.Value, m.Contexts, m.Data, onlyUnwritten: false);
            case StorageWork.Perform { Message: Message.WriteUnwritten m }:
                return Write((int)m.Start.Value, m.Contexts, m.Data, onlyUnwritten: true);
            case StorageWork.Perform { Message: Message.Flush m }:
                for (var extent = 0; extent < _extents.Length; extent++)
                    FlushExtent(extent, m);
                return StorageResult.Done.Instance;
            default:
                throw new UnreachableException($"{work}");
        }
    }

    /// <summary>Power is lost, perhaps in the middle of a piece of work.</summary>
    public void Crash(StorageWork? inTheMiddleOf, SeededRandom random)
    {
        if (inTheMiddleOf is StorageWork.Perform { Message: Message.Flush flush })
        {
            for (var extent = 0; extent < _extents.Length; extent++)
            {
                if (random.Chance(0.5))
                    FlushExtent(extent, flush);
            }
        }
        else if (inTheMiddleOf is not null && random.Chance(0.5))
        {
            Do(inTheMiddleOf);
        }

        for (var extent = 0; extent < _extents.Length; extent++)
            CrashExtent(extent, random);
    }

    /// <summary>Makes an extent what it is in another store, clean and durable.</summary>
    public void Take(int extent, RegionStore from, Message.ExtentState state)
    {
        foreach (var block in BlocksOf(extent))
            _blocks[block].Set(from._blocks[block].Current);
        SetClean(extent, state);
    }

    private IEnumerable<int> BlocksOf(int extent) => Enumerable.Range(extent * _blocksPerExtent, _blocksPerExtent);

    private Message.ExtentState Told(Message.ExtentState extent) =>
        Defect == StoreDefect.CallsItselfClean ? extent with { Dirty = false } : extent;

    private StorageResult.Blocks Read(int start, int count)
    {
        var contexts = new ReadBlockContext[count];
        var data = new byte[count * BlockPattern.BlockSize];
        for (var i = 0; i < count; i++)
        {
            if (_blocks[start + i].Current is not { } stored)
                continue;
            contexts[i] = ReadBlockContext.OfUnencrypted(stored.Hash);
            stored.Data.CopyTo(data.AsMemory(i * BlockPattern.BlockSize));
        }

        return new StorageResult.Blocks(contexts, data);
    }

    private StorageResult Write(int start, BlockContext[] contexts, ReadOnlyMemory<byte> data, bool onlyUnwritten)
    {
        for (var i = 0; i < contexts.Length; i++)
        {
            var block = data.Slice(i * BlockPattern.BlockSize, BlockPattern.BlockSize);
            if (BlockHash.Plain(block.Span) != contexts[i].Hash)
                throw new SimulationFailure("Wire", $"block {start + i} came with a wrong hash");
            if (onlyUnwritten && _blocks[start + i].Current is not null)
                continue;
            _blocks[start + i].Unsynced.Add(new Stored(block, contexts[i].Hash));
            var extent = (start + i) / _blocksPerExtent;
            _extents[extent] = _extents[extent] with { Dirty = true };
        }

        return StorageResult.Done.Instance;
    }

    private void FlushExtent(int extent, Message.Flush flush)
    {
        if (!_extents[extent].Dirty)
            return;
        var forget = Defect == StoreDefect.ForgetsABlockAtFlush ? extent * _blocksPerExtent : -1;
        foreach (var block in BlocksOf(extent))
            _blocks[block].Set(block == forget ? _blocks[block].Durable : _blocks[block].Current);
        SetClean(extent, new Message.ExtentState(flush.Generation, flush.FlushNumber, Dirty: false));
    }

    private void SetClean(int extent, Message.ExtentState state)
    {
        _extents[extent] = state;
        _keptUnflushed[extent] = false;
    }

    private void CrashExtent(int extent, SeededRandom random)
    {
        foreach (var block in BlocksOf(extent))
        {
            var versions = _blocks[block].Unsynced;
            var keep = random.Below(versions.Count + 1);
            _keptUnflushed[extent] |= keep > 0;
            _blocks[block].Set(keep == 0 ? _blocks[block].Durable : versions[keep - 1]);
        }

        // A store may know that it lost everything since the last flush, and then need not call itself dirty.
        var dirty = _extents[extent].Dirty && (_keptUnflushed[extent] || random.Chance(0.5));
        _extents[extent] = _extents[extent] with { Dirty = dirty };
    }

    /// <summary>A block as it was written.</summary>
    internal sealed record Stored(ReadOnlyMemory<byte> Data, ulong Hash);

    private sealed class Block
    {
        public Stored? Durable { get; private set; }

        public List<Stored> Unsynced { get; } = [];

        public Stored? Current => Unsynced.Count > 0 ? Unsynced[^1] : Durable;

        public void Set(Stored? durable)
        {
            Durable = durable;
            Unsynced.Clear();
        }
    }
}
