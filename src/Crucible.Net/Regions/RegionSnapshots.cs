using Crucible.Wire;

namespace Crucible.Net.Regions;

/// <summary>
/// The snapshots of a region: each a region of its own in <c>snapshots/NAME</c> of the region's directory, to be served
/// read-only. A snapshot is made under a name that is none and renamed once it is whole and durable.
/// </summary>
public static class RegionSnapshots
{
    /// <summary>Snapshots a region may have.</summary>
    public const int CountMax = 128;

    public const int NameCharsMax = 128;

    private const string Unfinished = ".new";

    /// <summary>The directory of a snapshot, whether or not there is one.</summary>
    public static string DirectoryOf(string region, string name) => Path.Combine(Root(region), name);

    public static bool Exists(string region, string name) =>
        File.Exists(RegionFiles.Definition(DirectoryOf(region, name)));

    /// <summary>The names of a region's snapshots, sorted.</summary>
    /// <exception cref="RegionException">There is no region, or its directory cannot be read.</exception>
    public static IReadOnlyList<string> List(string region) => Region.Explained(region, () =>
    {
        RegionFiles.ReadDefinition(region);
        return Names(region);
    });

    /// <summary>Removes a snapshot that nobody has open.</summary>
    /// <exception cref="RegionException">There is none of that name, it is being served, or the disk fails.</exception>
    public static void Remove(string region, string name) => Region.Explained(region, () =>
    {
        if (ProblemOf(name) is not null || !Exists(region, name))
            throw new RegionException(RegionFault.NotFound, $"There is no snapshot '{name}' in {region}.");
        var directory = DirectoryOf(region, name);
        using (Region.TakeLock(directory, readOnly: false))
        {
            // What is half removed must not look whole.
            var doomed = Path.Combine(Root(region), Unfinished + "." + name);
            Directory.Move(directory, doomed);
            Directory.Delete(doomed, recursive: true);
        }
        DiskSync.SyncDirectory(Root(region));
        return true;
    });

    /// <summary>Removes what an interrupted snapshot or removal left.</summary>
    internal static void RemoveUnfinished(string region)
    {
        if (!Directory.Exists(Root(region)))
            return;
        foreach (var left in Directory.GetDirectories(Root(region), Unfinished + "*"))
            Directory.Delete(left, recursive: true);
    }

    /// <summary>What is wrong with a name; null if nothing is.</summary>
    internal static string? ProblemOf(string name)
    {
        if (name.Length is 0 or > NameCharsMax)
            return $"a name has 1 to {NameCharsMax} characters";
        if (name[0] == '.' || !name.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.'))
            return "a name has letters, digits, '-', '_' and '.', and does not begin with '.'";
        return null;
    }

    /// <summary>Copies a region whose extents hold everything and do not change meanwhile. Of a name that is taken
    /// already there is nothing to do.</summary>
    /// <returns>Why not, as a sentence; null once the snapshot is durable.</returns>
    internal static string? Take(string region, string name, RegionDefinition definition, IDiskSync sync)
    {
        if (ProblemOf(name) is { } problem)
            return $"The name '{name}' is not possible: {problem}.";
        if (Exists(region, name))
            return null;
        if (Directory.Exists(Root(region)) && Names(region).Count >= CountMax)
            return $"The region has {CountMax} snapshots already.";
        RemoveUnfinished(region);
        var unfinished = Path.Combine(Root(region), Unfinished);
        try
        {
            Copy(region, unfinished, definition, sync);
            Directory.Move(unfinished, DirectoryOf(region, name));
            DiskSync.SyncDirectory(Root(region));
            DiskSync.SyncDirectory(region);
            return null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            TryRemoveUnfinished(region);
            return $"The snapshot could not be made: {e.Message}";
        }
    }

    private static void Copy(string region, string to, RegionDefinition definition, IDiskSync sync)
    {
        var directories = new HashSet<string>(StringComparer.Ordinal) { to };
        Directory.CreateDirectory(to);
        for (var e = 0u; e < definition.ExtentCount; e++)
        {
            var target = RegionFiles.Extent(to, new(e));
            var directory = Path.GetDirectoryName(target)!;
            if (directories.Add(directory))
            {
                directories.Add(Path.GetDirectoryName(directory)!);
                Directory.CreateDirectory(directory);
            }
            FileCloning.Copy(RegionFiles.Extent(region, new(e)), target, sync);
        }
        Journal.Create(RegionFiles.Journal(to), definition.Uuid, sync);
        File.Create(RegionFiles.Lock(to)).Dispose();
        AtomicFile.Write(RegionFiles.Definition(to), RegionFiles.Format(definition), sync);
        foreach (var directory in directories)
            DiskSync.SyncDirectory(directory);
    }

    private static void TryRemoveUnfinished(string region)
    {
        try
        {
            RemoveUnfinished(region);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // It is rubbish by its name, and goes with the next snapshot or the next opening.
        }
    }

    private static List<string> Names(string region)
    {
        if (!Directory.Exists(Root(region)))
            return [];
        var names = Directory.GetDirectories(Root(region)).Select(d => Path.GetFileName(d)).ToList();
        names.RemoveAll(n => n[0] == '.');
        names.Sort(StringComparer.Ordinal);
        return names;
    }

    private static string Root(string region) => Path.Combine(region, "snapshots");
}
