using Crucible.Wire;

namespace Crucible.Net.Regions;

// Making a region, and opening one after whatever ended its last use.
public sealed partial class Region
{
    /// <summary>Makes a region in a directory, which is made too if it is not there.</summary>
    /// <exception cref="RegionException">There is one already, the definition is not possible, or the disk fails. A
    /// region that was not made completely is not there; making it again works.</exception>
    public static void Create(string directory, RegionDefinition definition) =>
        Create(directory, definition, RegionOptions.Default);

    /// <inheritdoc cref="Create(string, RegionDefinition)"/>
    public static void Create(string directory, RegionDefinition definition, RegionOptions options)
    {
        if (RegionFiles.ProblemOf(definition) is { } problem)
            throw new RegionException(RegionFault.DefinitionInvalid, $"No such region is possible: {problem}.");
        var root = Path.GetFullPath(directory);
        Explained(root, () =>
        {
            Directory.CreateDirectory(root);
            using var taken = TakeLock(root, readOnly: false);
            if (File.Exists(RegionFiles.Definition(root)))
                throw new RegionException(RegionFault.AlreadyExists, $"There is a region in {root} already.");
            CreateExtents(root, definition, options.Sync);
            Journal.Create(RegionFiles.Journal(root), definition.Uuid, options.Sync);
            File.Delete(RegionFiles.Promotion(root));
            // Last, because it is what makes the directory a region.
            AtomicFile.Write(RegionFiles.Definition(root), RegionFiles.Format(definition), options.Sync);
            if (Path.GetDirectoryName(root) is { } parent)
                DiskSync.SyncDirectory(parent);
            return true;
        });
    }

    /// <summary>Opens a region.</summary>
    /// <param name="readOnly">Nothing on disk is changed; any number of processes may have it open so.</param>
    /// <exception cref="RegionException">It cannot be opened; nothing was changed.</exception>
    public static Region Open(string directory, bool readOnly) =>
        Open(directory, readOnly, expected: null, RegionOptions.Default);

    /// <inheritdoc cref="Open(string, bool)"/>
    /// <param name="expected">The id it must have; null if any will do.</param>
    public static Region Open(string directory, bool readOnly, RegionId? expected, RegionOptions options)
    {
        var root = Path.GetFullPath(directory);
        return Explained(root, () =>
        {
            var definition = RegionFiles.ReadDefinition(root);
            if (expected is { } id && id != definition.Uuid)
                throw new RegionException(
                    RegionFault.WrongRegion, $"The region in {root} is {definition.Uuid}, not {id}.");
            return OpenFiles(root, definition, readOnly, options);
        });
    }

    private static Region OpenFiles(string root, RegionDefinition definition, bool readOnly, RegionOptions options)
    {
        var open = new Stack<IDisposable>();
        try
        {
            var taken = TakeLock(root, readOnly);
            open.Push(taken);
            if (!readOnly)
                RegionSnapshots.RemoveUnfinished(root);
            var extents = new ExtentFile?[definition.ExtentCount];
            var states = new Message.ExtentState[definition.ExtentCount];
            for (var e = 0u; e < extents.Length; e++)
            {
                var path = RegionFiles.Extent(root, new(e));
                if (!readOnly)
                    ExtentReplacement.Finish(path, definition, isSynced: false, options.Sync);
                open.Push(extents[e] = ExtentFile.Open(path, definition, readOnly, out states[e]));
            }
            var journal = Journal.Open(RegionFiles.Journal(root), definition.Uuid, readOnly, options.Sync);
            open.Push(journal);
            var promotion = PromotionFile.Read(RegionFiles.Promotion(root));
            var region = new Region(root, definition, readOnly, options, taken, journal, extents, states, promotion);
            region.Recover();
            open.Clear();
            return region;
        }
        finally
        {
            while (open.TryPop(out var file))
                file.Dispose();
        }
    }

    /// <summary>After a failed sync, opens everything anew in place; otherwise does nothing. To be called between two
    /// upstairs: what was not flushed may be lost.</summary>
    /// <remarks>A failed sync leaves pages that look written and are not on disk. They are not trusted: whatever the
    /// journal still holds is written again and synced, and only then is anything promised again.</remarks>
    /// <exception cref="RegionIoException">It failed again; the region is still poisoned.</exception>
    public void Heal()
    {
        if (_poison is null)
            return;
        for (var e = 0u; e < _extents.Length; e++)
        {
            _extents[e]?.Dispose();
            Volatile.Write(ref _extents[e], null);
        }
        _journal.Dispose();
        _journaled.Clear();
        _touched.Clear();
        Guarded(() =>
        {
            try
            {
                ReopenAll();
                _journal = Journal.Open(RegionFiles.Journal(_directory), Definition.Uuid, ReadOnly, _options.Sync);
                Recover();
            }
            catch (RegionException e)
            {
                throw new IOException(e.Message, e);
            }
        });
        _poison = null;
    }

    /// <summary>Takes in what the journal says. For writing, it is then moved into the extents, so that new records
    /// never follow what a crash left of old ones.</summary>
    private void Recover()
    {
        _journal.Replay(
            _blockSize,
            (start, contexts, offset) =>
            {
                if (start > Definition.TotalBlocks || (ulong)contexts.Length > Definition.TotalBlocks - start)
                    throw new RegionException(
                        RegionFault.JournalUnreadable, $"The journal in {_directory} names blocks beyond the region.");
                Remember(start, contexts, offset);
            },
            (generation, flush, extents) =>
            {
                foreach (var extent in extents)
                    SetState(extent, new(generation, flush, Dirty: false));
            });
        if (ReadOnly)
            return;
        // Records that did not survive whole must not stay either, even if nothing whole precedes them.
        if (_journal.IsEmpty)
            _journal.StartOver();
        else
            MoveJournal();
    }

    private static void CreateExtents(string root, RegionDefinition definition, IDiskSync sync)
    {
        var directories = new SortedSet<string>(StringComparer.Ordinal) { root };
        for (var e = 0u; e < definition.ExtentCount; e++)
        {
            var path = RegionFiles.Extent(root, new(e));
            var directory = Path.GetDirectoryName(path)!;
            if (directories.Add(directory))
            {
                Directory.CreateDirectory(directory);
                directories.Add(Path.GetDirectoryName(directory)!);
            }
            ExtentFile.Create(path, definition, sync);
        }
        foreach (var directory in directories)
            DiskSync.SyncDirectory(directory);
    }

    internal static FileStream TakeLock(string root, bool readOnly)
    {
        var path = RegionFiles.Lock(root);
        try
        {
            return readOnly
                ? new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read)
                : new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException e)
            when (e is not (FileNotFoundException or DirectoryNotFoundException or PathTooLongException))
        {
            throw new RegionException(RegionFault.Locked, $"Another process has the region in {root} open.", e);
        }
    }

    internal static T Explained<T>(string root, Func<T> operation)
    {
        try
        {
            return operation();
        }
        catch (UnauthorizedAccessException e)
        {
            throw new RegionException(
                RegionFault.AccessDenied, $"The region in {root} is not accessible: {e.Message}", e);
        }
        catch (IOException e)
        {
            throw new RegionException(RegionFault.IoFailed, $"The region in {root} could not be used: {e.Message}", e);
        }
        catch (RegionIoException e)
        {
            throw new RegionException(RegionFault.IoFailed, $"The region in {root} could not be used: {e.Message}", e);
        }
    }
}
