using Crucible.Core.Downstairs;
using Crucible.Wire;

namespace Crucible.Net.Regions;

/// <summary>
/// One copy of a volume's blocks in a directory: reading, writing, flushing, and opening after any kind of end.
/// One caller at a time; every method may wait for the disk. What other threads may call says so.
/// </summary>
/// <remarks>
/// <para><b>How it stays right.</b> A write is appended to the journal with its contexts and from then on read back
/// from there. A flush appends a record that names the flushed extents with their generation and flush number, and
/// syncs the journal once; that is the whole of it. When the journal is full, when an extent is closed and when the
/// region is opened for writing, the journal is synced and its content moved into the extents' files, which are synced
/// before the journal starts over.</para>
/// <para><b>Why that is enough.</b> A file system may write what was not synced in any order, in parts, or not at all.
/// Nothing in an extent is touched before the journal holds the new content durably, so a half-done move is done again
/// at the next opening: a block is the old one or the new one, never torn. The journal's records are numbered and
/// checksummed, so what survives of its unsynced end is a prefix: a flush record counts only if every write before it
/// is there. An extent is dirty if writes of it follow its last flush record, so the first write and its dirty mark are
/// one record and cannot be separated.</para>
/// <para><b>What is checked.</b> Every read compares each block with the hash in its context. Bytes that rotted are an
/// error for that block until it is written again; they are never served, and the rest of the extent stays
/// usable.</para>
/// <para><b>fsync failures.</b> After one, nobody knows what is on disk, and asking again would answer yes. The region
/// is then poisoned: reads go on (they are checked), everything that promises something fails until the region is
/// opened anew or <see cref="Heal"/> did the same, which writes everything that is kept once more.</para>
/// </remarks>
public sealed partial class Region : IServedRegion, IDisposable
{
    private readonly string _directory;
    private readonly RegionOptions _options;
    private readonly FileStream _lock;
    private Journal _journal;
    private readonly ExtentFile?[] _extents;
    private readonly Message.ExtentState[] _states;

    /// <summary>Counts when each extent begins to be opened again, and when it is.</summary>
    private readonly int[] _openings;

    /// <summary>Blocks whose newest content is in the journal: where, and their context.</summary>
    private readonly Dictionary<ulong, (long Offset, BlockContext Context)> _journaled = [];

    /// <summary>Extents whose metadata on disk is older than the journal.</summary>
    private readonly HashSet<uint> _touched = [];
    private readonly int _blockSize;
    private readonly ulong _extentBlocks;
    private volatile string? _poison;

    private Region(
        string directory, RegionDefinition definition, bool readOnly, RegionOptions options, FileStream @lock,
        Journal journal, ExtentFile?[] extents, Message.ExtentState[] states, PromotionRecord? promotion)
    {
        _directory = directory;
        _options = options;
        _lock = @lock;
        _journal = journal;
        _extents = extents;
        _states = states;
        _openings = new int[extents.Length];
        _blockSize = (int)definition.BlockSize;
        _extentBlocks = definition.ExtentSize.Value;
        Definition = definition;
        ReadOnly = readOnly;
        Promotion = promotion;
    }

    public RegionDefinition Definition { get; }

    public bool ReadOnly { get; }

    /// <summary>The newest promotion as stored; null if there was none.</summary>
    public PromotionRecord? Promotion { get; private set; }

    /// <summary>The newest flush of the whole region that is durable; null if no job was named with one.</summary>
    public FlushMark? Flushed => _journal.Flushed;

    /// <summary>A disk is waited for.</summary>
    public bool AnswersAtOnce => false;

    /// <summary>Why nothing can be promised any more; null while all is well. Safe from any thread.</summary>
    public string? Poison => _poison;

    /// <summary>The metadata of all extents, in order.</summary>
    public Message.ExtentState[] Versions() => [.. _states];

    /// <summary>Makes a promotion durable.</summary>
    /// <exception cref="RegionIoException">It may not be.</exception>
    public void StorePromotion(PromotionRecord record) => Guarded(() =>
    {
        PromotionFile.Write(RegionFiles.Promotion(_directory), record, _options.Sync);
        Promotion = record;
    });

    /// <summary>Makes durable every write so far to the dirty extents up to a limit, and records the numbers in them.
    /// Clean extents keep theirs.</summary>
    /// <param name="limit">The last extent concerned, at most the extent count; null for all.</param>
    /// <param name="mark">The job that asks for it, remembered with the flush; null for one that no replay can
    /// name.</param>
    public void Flush(Generation generation, FlushNumber flush, ExtentId? limit, FlushMark? mark)
    {
        if (limit is { } last && last.Value > Definition.ExtentCount)
            throw Impossible(new CrucibleError.Plain(CrucibleErrorKind.InvalidExtent));
        var dirty = new List<uint>();
        for (var e = 0u; e < _states.Length && (limit is null || e <= limit.Value.Value); e++)
        {
            if (_states[e].Dirty)
                dirty.Add(e);
        }
        FlushExtents(generation, flush, mark, [.. dirty]);
    }

    /// <summary>The same for one extent.</summary>
    public void FlushExtent(ExtentId extent, Generation generation, FlushNumber flush)
    {
        CheckExtent(extent);
        if (_states[extent.Value].Dirty)
            FlushExtents(generation, flush, mark: null, [extent.Value]);
    }

    /// <summary>Closes an extent without flushing it: its file then holds everything and does not change.</summary>
    /// <returns>Its metadata as closed.</returns>
    public Message.ExtentState CloseExtent(ExtentId extent)
    {
        CheckExtent(extent);
        CheckWritable();
        MoveJournal();
        var file = OpenFile(extent);
        Volatile.Write(ref _extents[extent.Value], null);
        file.Dispose();
        return _states[extent.Value];
    }

    /// <summary>Opens a closed extent from what its file says.</summary>
    public void ReopenExtent(ExtentId extent)
    {
        CheckExtent(extent);
        CheckWritable();
        if (_extents[extent.Value] is not null)
            throw Impossible(new CrucibleError.Plain(CrucibleErrorKind.InvalidExtent));
        Reopen(extent);
    }

    /// <summary>Opens every closed extent, as each promotion of an upstairs begins.</summary>
    public void ReopenAll()
    {
        for (var e = 0u; e < _extents.Length; e++)
        {
            if (_extents[e] is null)
                Reopen(new(e));
        }
    }

    /// <summary>Closes the files. Nothing is written: what was not flushed may be lost, as after a crash.</summary>
    public void Dispose()
    {
        foreach (var extent in _extents)
            extent?.Dispose();
        _journal.Dispose();
        _lock.Dispose();
    }

    private void FlushExtents(Generation generation, FlushNumber flush, FlushMark? mark, uint[] extents)
    {
        // A read-only region has nothing of its own to flush, and its upstairs flushes by habit.
        if (ReadOnly)
            return;
        CheckWritable();
        if (extents.Length == 0 && mark is null)
            return;
        foreach (var extent in extents)
            OpenFile(new(extent));
        if (_journal.Tail > _options.JournalBytesMax)
            MoveJournal();
        Guarded(() =>
        {
            _journal.AppendFlush(generation, flush, mark, extents);
            // Without a dirty extent there is nothing to make durable. The mark alone may be lost, but only together
            // with every write after it, since what survives of the journal is a prefix.
            if (extents.Length > 0)
                Durably(_journal.Sync);
            if (mark is { } asked)
                _journal.Remember(asked);
            foreach (var extent in extents)
                SetState(extent, new(generation, flush, Dirty: false));
        });
    }

    private void Reopen(ExtentId extent) => Guarded(() =>
    {
        try
        {
            var path = RegionFiles.Extent(_directory, extent);
            // Before and after the file may change: an export that is under way, or begins meanwhile, must notice.
            Interlocked.Increment(ref _openings[extent.Value]);
            Durably(() => ExtentReplacement.Finish(path, Definition, isSynced: true, _options.Sync));
            Volatile.Write(
                ref _extents[extent.Value],
                ExtentFile.Open(path, Definition, ReadOnly, out _states[extent.Value]));
            Interlocked.Increment(ref _openings[extent.Value]);
        }
        catch (RegionException e)
        {
            throw new IOException(e.Message, e);
        }
    });

    private void SetState(uint extent, in Message.ExtentState state)
    {
        _states[extent] = state;
        _touched.Add(extent);
    }

    private ExtentFile OpenFile(ExtentId extent) => _extents[extent.Value]
        ?? throw Impossible(new CrucibleError.Plain(CrucibleErrorKind.InvalidExtent));

    private void CheckExtent(ExtentId extent)
    {
        if (extent.Value >= Definition.ExtentCount)
            throw Impossible(new CrucibleError.Plain(CrucibleErrorKind.InvalidExtent));
    }

    private void CheckWritable()
    {
        if (ReadOnly)
            throw Impossible(new CrucibleError.Plain(CrucibleErrorKind.ModifyingReadOnlyRegion));
        if (_poison is { } why)
            throw Impossible(CrucibleError.Io(why));
    }

    private static RegionIoException Impossible(CrucibleError error) => new(error, mayPass: false);

    /// <summary>Runs a sync; if it fails, nothing is promised any more.</summary>
    private void Durably(Action sync)
    {
        try
        {
            sync();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            _poison = $"Making data durable failed ({e.Message}); the region must be opened anew.";
            throw new RegionIoException(CrucibleError.Io(_poison), mayPass: false, e);
        }
    }

    /// <summary>Turns what the file system says into the error the upstairs hears; it may pass.</summary>
    internal static void Guarded(Action operation)
    {
        try
        {
            operation();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new RegionIoException(CrucibleError.Io(e.Message), mayPass: true, e);
        }
    }
}
