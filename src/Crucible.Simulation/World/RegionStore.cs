using System.Diagnostics;
using Crucible.Core.Downstairs;
using Crucible.Core.Upstairs;
using Crucible.Wire;

namespace Crucible.Simulation.World;

/// <summary>
/// The virtual disk of one server. What was written since the last flush is not durable: when power is lost each block
/// keeps any one of the versions it had since, but its extent then says that it is dirty.
/// </summary>
internal sealed class RegionStore
{
    private readonly Block[] _blocks;
    private readonly Extent[] _extents;
    private readonly int _blocksPerExtent;
    private readonly int _blockSize;
    private readonly BlockCipher? _cipher;
    private readonly Dictionary<string, Stored?[]> _snapshots = new(StringComparer.Ordinal);

    /// <summary>A blank disk.</summary>
    /// <param name="definition">The region.</param>
    /// <param name="defect">What is wrong with the disk.</param>
    /// <param name="cipher">Lets the checks read encrypted blocks; null when they are plain.</param>
    public RegionStore(RegionDefinition definition, StoreDefect defect, BlockCipher? cipher = null)
    {
        Definition = definition;
        Defect = defect;
        _cipher = cipher;
        _blocks = [.. Enumerable.Range(0, (int)definition.TotalBlocks).Select(_ => new Block())];
        _extents = [.. Enumerable.Range(0, (int)definition.ExtentCount).Select(_ => new Extent())];
        _blocksPerExtent = (int)definition.ExtentSize.Value;
        _blockSize = (int)definition.BlockSize;
    }

    public RegionDefinition Definition { get; }

    public StoreDefect Defect { get; }

    public PromotionRecord? Promotion { get; private set; }

    /// <summary>The newest whole flush, durable together with it.</summary>
    public FlushMark? Flushed { get; private set; }

    public int ExtentCount => _extents.Length;

    public bool AnyDirty => Array.Exists(_extents, extent => extent.State.Dirty);

    /// <summary>What a read of the block finds; null if it was never written.</summary>
    public Stored? Current(int block) => _blocks[block].Current;

    /// <summary>What a loss of power would leave of the block if it took everything that is not durable.</summary>
    public Stored? Durable(int block) => _blocks[block].Durable;

    public Stored?[]? Snapshot(string name) => _snapshots.GetValueOrDefault(name);

    public bool IsClosed(ExtentId extent) => _extents[extent.Value].Closed;

    /// <summary>A copy was taken in and waits for the extent to be opened again.</summary>
    public bool HasWaiting(ExtentId extent) => _extents[extent.Value].Waiting is not null;

    public StorageResult Do(StorageWork work)
    {
        switch (work)
        {
            case StorageWork.Promote p:
                Promotion = p.Record ?? Promotion;
                ReopenAll();
                return StorageResult.Done.Instance;
            case StorageWork.ReadVersions:
                return new StorageResult.Versions([.. _extents.Select(Told)]);
            case StorageWork.ConfirmSnapshot s:
                return _snapshots.ContainsKey(s.Name) ? StorageResult.Done.Instance : NoSnapshot("there is none");
            case StorageWork.Perform perform:
                return Perform(perform.Message);
            default:
                throw new UnreachableException($"{work}");
        }
    }

    /// <summary>Opens what the last session left closed, as a start and a promotion do.</summary>
    public void ReopenAll()
    {
        foreach (var extent in _extents)
            Reopen(extent);
    }

    /// <summary>The storage refuses to say that it synced: some of it may have happened.</summary>
    public void FailSync(SeededRandom random)
    {
        for (var i = 0; i < _blocks.Length; i++)
        {
            if (_blocks[i].Unsynced.Count == 0 || random.Chance(0.5))
                continue;
            _blocks[i].SyncedUpTo(random.Below(_blocks[i].Unsynced.Count + 1));
            _extents[i / _blocksPerExtent].KeptUnflushed = true;
        }
    }

    /// <summary>The process ends, perhaps in the middle of a piece of work; what it wrote is still in memory.</summary>
    public void Kill(StorageWork? inTheMiddleOf, SeededRandom random)
    {
        // A flush is one record in our store's journal: all of it happened, or none.
        if (inTheMiddleOf is null or StorageWork.Perform { Message: Message.ExtentRepair or Message.ExtentLiveRepair })
            return;
        if (random.Chance(0.5))
            Do(inTheMiddleOf);
    }

    /// <summary>Power is lost.</summary>
    /// <returns>True if something that was written is gone.</returns>
    public bool LosePower(SeededRandom random)
    {
        var lost = false;
        for (var extent = 0; extent < _extents.Length; extent++)
            lost |= LosePower(extent, random);
        return lost;
    }

    /// <summary>The content of an extent, for another disk server.</summary>
    public ExtentImage Export(ExtentId extent) => new(
        [.. BlocksOf((int)extent.Value).Select(block => _blocks[block].Current)], _extents[extent.Value].State);

    /// <summary>Takes in another server's extent; it counts from when the extent is opened again.</summary>
    public void TakeIn(ExtentId extent, ExtentImage image) => _extents[extent.Value].Waiting = image;

    /// <summary>Fills the whole store, as a clone is made.</summary>
    public void Load(Func<int, Stored?> content, Message.ExtentState state)
    {
        for (var block = 0; block < _blocks.Length; block++)
            _blocks[block].Set(content(block));
        foreach (var extent in _extents)
            extent.State = state;
    }

    private StorageResult Perform(Message message)
    {
        switch (message)
        {
            case Message.ReadRequest m:
                return Read((int)m.Start.Value, (int)m.Count);
            case Message.Write m:
                return Write((int)m.Start.Value, m.Contexts, m.Data, onlyUnwritten: false);
            case Message.WriteUnwritten m:
                return Write((int)m.Start.Value, m.Contexts, m.Data, onlyUnwritten: true);
            case Message.Flush m:
                return Flush(m);
            case Message.ExtentFlush m:
                FlushExtent(_extents[m.Extent.Value], m.Generation, m.FlushNumber);
                return StorageResult.Done.Instance;
            case Message.ExtentClose m:
                return Close(m.Extent);
            case Message.ExtentLiveClose m:
                return Close(m.Extent);
            case Message.ExtentLiveFlushClose m:
                FlushExtent(_extents[m.Extent.Value], m.Generation, m.FlushNumber);
                return Close(m.Extent);
            case Message.ExtentReopen m:
                Reopen(_extents[m.Extent.Value]);
                return StorageResult.Done.Instance;
            case Message.ExtentLiveReopen m:
                Reopen(_extents[m.Extent.Value]);
                return StorageResult.Done.Instance;
            default:
                throw new UnreachableException($"{message}");
        }
    }

    private IEnumerable<int> BlocksOf(int extent) => Enumerable.Range(extent * _blocksPerExtent, _blocksPerExtent);

    private Message.ExtentState Told(Extent extent) =>
        Defect == StoreDefect.CallsItselfClean ? extent.State with { Dirty = false } : extent.State;

    private StorageResult.Blocks Read(int start, int count)
    {
        var contexts = new ReadBlockContext[count];
        var data = new byte[count * _blockSize];
        for (var i = 0; i < count; i++)
        {
            MustBeOpen((start + i) / _blocksPerExtent);
            if (_blocks[start + i].Current is not { } stored)
                continue;
            contexts[i] = stored.Encryption is { } encryption
                ? ReadBlockContext.OfEncrypted(encryption) : ReadBlockContext.OfUnencrypted(stored.Hash);
            stored.Data.CopyTo(data.AsMemory(i * _blockSize));
        }

        return new StorageResult.Blocks(contexts, data);
    }

    private StorageResult Write(int start, BlockContext[] contexts, ReadOnlyMemory<byte> data, bool onlyUnwritten)
    {
        for (var i = 0; i < contexts.Length; i++)
        {
            var block = data.Slice(i * _blockSize, _blockSize);
            var at = _blocks[start + i];
            if (BlockHash.Of(contexts[i].Encryption, block.Span) != contexts[i].Hash)
                throw new SimulationFailure("Wire", $"block {start + i} came with a wrong hash");
            MustBeOpen((start + i) / _blocksPerExtent);
            if (onlyUnwritten && at.Current is not null)
                continue;
            at.Unsynced.Add(new Stored(block, contexts[i].Hash) { Encryption = contexts[i].Encryption, Cipher = _cipher });
            var extent = _extents[(start + i) / _blocksPerExtent];
            extent.State = extent.State with { Dirty = true };
        }

        return StorageResult.Done.Instance;
    }

    /// <summary>
    /// Jobs of an extent wait for it to be opened again; one that does not would be lost, or see half a copy.
    /// </summary>
    private void MustBeOpen(int extent)
    {
        if (_extents[extent].Closed)
            throw new SimulationFailure("Order", $"a job came to extent {extent} while it was closed for repair");
    }

    private StorageResult Flush(Message.Flush flush)
    {
        for (var i = 0; i < _extents.Length; i++)
        {
            if (flush.ExtentLimit is { } limit && (uint)i > limit.Value)
                break;
            MustBeOpen(i);
            FlushExtent(_extents[i], flush.Generation, flush.FlushNumber);
        }

        if (flush.ExtentLimit is null)
            Flushed = new FlushMark(flush.Ids.Session, flush.Job);
        if (flush.SnapshotName is { } name)
            _snapshots.TryAdd(name, [.. _blocks.Select(block => block.Durable)]);
        return StorageResult.Done.Instance;
    }

    private static StorageResult.Failed NoSnapshot(string why) =>
        new(new CrucibleError.WithText(CrucibleErrorKind.SnapshotFailed, why), MayPass: false);

    private void FlushExtent(Extent extent, Generation generation, FlushNumber number)
    {
        if (!extent.State.Dirty)
            return;
        var index = Array.IndexOf(_extents, extent);
        var forget = Defect == StoreDefect.ForgetsABlockAtFlush ? index * _blocksPerExtent : -1;
        foreach (var block in BlocksOf(index))
            _blocks[block].Set(block == forget ? _blocks[block].Durable : _blocks[block].Current);
        extent.State = new Message.ExtentState(generation, number, Dirty: false);
        extent.KeptUnflushed = false;
    }

    private StorageResult.Extent Close(ExtentId id)
    {
        _extents[id.Value].Closed = true;
        return new StorageResult.Extent(Told(_extents[id.Value]));
    }

    private void Reopen(Extent extent)
    {
        extent.Closed = false;
        if (extent.Waiting is not { } image)
            return;
        extent.Waiting = null;
        var first = Array.IndexOf(_extents, extent) * _blocksPerExtent;
        for (var i = 0; i < image.Blocks.Length; i++)
            _blocks[first + i].Set(image.Blocks[i]);
        extent.State = image.State;
        extent.KeptUnflushed = false;
    }

    private bool LosePower(int index, SeededRandom random)
    {
        var extent = _extents[index];
        var lost = false;
        foreach (var block in BlocksOf(index))
        {
            var versions = _blocks[block].Unsynced;
            var keep = random.Below(versions.Count + 1);
            extent.KeptUnflushed |= keep > 0;
            lost |= keep < versions.Count;
            _blocks[block].Set(keep == 0 ? _blocks[block].Durable : versions[keep - 1]);
        }

        // A store may know that it lost everything since the last flush, and then need not call itself dirty.
        var dirty = extent.State.Dirty && (extent.KeptUnflushed || random.Chance(0.5));
        extent.State = extent.State with { Dirty = dirty };
        return lost;
    }

    /// <summary>A block as it was written.</summary>
    internal sealed class Stored(ReadOnlyMemory<byte> data, ulong hash)
    {
        private ulong? _version;

        public ReadOnlyMemory<byte> Data => data;

        public ulong Hash => hash;

        public EncryptionContext? Encryption { get; init; }

        /// <summary>Reads it, if it is encrypted.</summary>
        public BlockCipher? Cipher { get; init; }

        /// <summary>The version that these bytes are of the block; null if nobody wrote them.</summary>
        public ulong? VersionOf(int block) => _version ??= Encryption is null
            ? BlockPattern.VersionOf(data.Span, block) : DecryptedVersionOf(block);

        private ulong? DecryptedVersionOf(int block)
        {
            var plain = data.ToArray();
            return Cipher!.Open([ReadBlockContext.OfEncrypted(Encryption!.Value)], plain) is null
                ? BlockPattern.VersionOf(plain, block) : null;
        }
    }

    /// <summary>An extent on its way to another disk.</summary>
    internal sealed record ExtentImage(Stored?[] Blocks, Message.ExtentState State);

    private sealed class Extent
    {
        public Message.ExtentState State { get; set; }

        public bool Closed { get; set; }

        public ExtentImage? Waiting { get; set; }

        /// <summary>It kept something through a loss of power that was never flushed.</summary>
        public bool KeptUnflushed { get; set; }
    }

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

        /// <summary>The first so many reached the disk.</summary>
        public void SyncedUpTo(int count)
        {
            if (count == 0)
                return;
            Durable = Unsynced[count - 1];
            Unsynced.RemoveRange(0, count);
        }
    }
}
