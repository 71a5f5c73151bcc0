using Crucible.Wire;

namespace Crucible.Net.Regions;

// Giving extents to other disk servers and taking extents from them; snapshots.
public sealed partial class Region
{
    /// <summary>The name of an extent's file, as disk servers tell each other: three hex digits.</summary>
    public static string FileNameOf(ExtentId extent) => Path.GetFileName(RegionFiles.Extent("", extent));

    /// <summary>The definition as JSON, the same bytes as in region.json.</summary>
    public byte[] DefinitionJson() => RegionFiles.Format(Definition);

    /// <summary>Whether the extent's file stays as it is: it is closed, or the region is read-only. Safe from any
    /// thread.</summary>
    /// <exception cref="RegionIoException">There is no such extent.</exception>
    public bool IsExtentStable(ExtentId extent)
    {
        CheckExtent(extent);
        return ReadOnly || Volatile.Read(ref _extents[extent.Value]) is null;
    }

    /// <summary>Begins to copy an extent's file out. Safe from any thread.</summary>
    /// <exception cref="RegionIoException">There is no such extent, or its file cannot be read.</exception>
    public ExtentExport ExportExtent(ExtentId extent)
    {
        CheckExtent(extent);
        ExtentExport? export = null;
        Guarded(() => export = new ExtentExport(RegionFiles.Extent(_directory, extent), this, extent));
        return export!;
    }

    /// <summary>Begins to take in another disk server's copy of a closed extent, which replaces this one when it is
    /// opened again. The copy may be filled by any one thread; the extent must not be opened meanwhile.</summary>
    /// <exception cref="RegionIoException">The extent is open, or a copy waits already to be installed.</exception>
    public ExtentCopy BeginCopy(ExtentId extent) => BeginCopy(extent, mayBeDirty: false);

    /// <summary>The same for a clone of a read-only region, which need not have been flushed.</summary>
    /// <inheritdoc cref="BeginCopy(ExtentId)"/>
    internal ExtentCopy BeginClone(ExtentId extent) => BeginCopy(extent, mayBeDirty: true);

    private ExtentCopy BeginCopy(ExtentId extent, bool mayBeDirty)
    {
        CheckExtent(extent);
        CheckWritable();
        if (_extents[extent.Value] is not null)
            throw Impossible(new CrucibleError.Plain(CrucibleErrorKind.InvalidExtent));
        var path = RegionFiles.Extent(_directory, extent);
        if (ExtentReplacement.IsWaiting(path))
            throw Impossible(new CrucibleError.WithText(
                CrucibleErrorKind.RepairFilesInvalid, $"A copy of {extent} waits already to be installed."));
        ExtentCopy? copy = null;
        Guarded(() => copy = new ExtentCopy(path, Definition, mayBeDirty, _options.Sync));
        return copy!;
    }

    /// <summary>Keeps the region as it is now under a name, durably. A repeat of a name does nothing.</summary>
    /// <exception cref="RegionIoException">It did not work; there is no snapshot of that name.</exception>
    public void TakeSnapshot(string name)
    {
        CheckWritable();
        // A closed extent may be about to be replaced.
        if (Array.Exists(_extents, e => e is null))
            throw NoSnapshot("An extent is closed for a repair.");
        MoveJournal();
        if (RegionSnapshots.Take(_directory, name, Definition, _options.Sync) is { } why)
            throw NoSnapshot(why);
    }

    /// <summary>Whether there is a snapshot of that name.</summary>
    public bool HasSnapshot(string name) =>
        RegionSnapshots.ProblemOf(name) is null && RegionSnapshots.Exists(_directory, name);

    private static RegionIoException NoSnapshot(string why) =>
        Impossible(new CrucibleError.WithText(CrucibleErrorKind.SnapshotFailed, why));

    /// <summary>How often the extent was opened again; a file copied out is one piece if this did not change. Safe from
    /// any thread.</summary>
    internal int OpeningsOf(ExtentId extent) => Volatile.Read(ref _openings[extent.Value]);

    /// <summary>What the journal holds of a block, if that can be asked: a read-only region has moved nothing into the
    /// extents, and nothing of it changes. Safe from any thread.</summary>
    internal bool TryReadJournaled(ulong block, Span<byte> data, Span<byte> slot)
    {
        if (!ReadOnly || !_journaled.TryGetValue(block, out var entry))
            return false;
        _journal.ReadData(entry.Offset, data);
        ContextSlot.Write(slot, entry.Context, BlockHash.Plain(data));
        return true;
    }

    /// <summary>The metadata to be told of a stable extent. Safe from any thread while it is stable.</summary>
    internal Message.ExtentState StateOf(ExtentId extent) => _states[extent.Value];
}
