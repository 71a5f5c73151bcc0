using Crucible.Wire;

namespace Crucible.Net.Regions;

/// <summary>
/// The directories beside an extent's file in which its replacement comes into being:
/// <code>
///  ZZZ.copy ──whole, checked, synced──► ZZZ.replace ──file renamed over ZZZ──► ZZZ.completed ──► gone
/// </code>
/// A rename is atomic, so at any moment the extent is the old one or the new one. What a crash leaves as copy or
/// completed is rubbish; what it leaves as replace is whole and is installed at the next opening.
/// </summary>
internal static class ExtentReplacement
{
    public static string Copy(string extent) => extent + ".copy";

    public static string Replace(string extent) => extent + ".replace";

    public static string Completed(string extent) => extent + ".completed";

    /// <summary>Whether a whole copy waits to be installed.</summary>
    public static bool IsWaiting(string extent) => Directory.Exists(Replace(extent));

    /// <summary>Makes an empty place for a copy, without what an earlier attempt left there.</summary>
    /// <returns>Where the file is to be written.</returns>
    public static string Begin(string extent)
    {
        Remove(Copy(extent));
        Directory.CreateDirectory(Copy(extent));
        return Path.Combine(Copy(extent), Path.GetFileName(extent));
    }

    /// <summary>The copy is whole and its file synced: from now on it is the extent, whatever happens.</summary>
    public static void Commit(string extent)
    {
        DiskSync.SyncDirectory(Copy(extent));
        Directory.Move(Copy(extent), Replace(extent));
        DiskSync.SyncDirectory(Path.GetDirectoryName(extent)!);
    }

    public static void Abandon(string extent) => Remove(Copy(extent));

    /// <summary>Installs what waits and removes what is rubbish. To be called before the extent's file is
    /// opened.</summary>
    /// <param name="isSynced">What waits was committed by this process, and so its file is durable as it is.</param>
    /// <exception cref="RegionException">What waits is no extent of this region.</exception>
    public static void Finish(string extent, RegionDefinition region, bool isSynced, IDiskSync sync)
    {
        Remove(Copy(extent));
        Remove(Completed(extent));
        if (!IsWaiting(extent))
            return;
        var parent = Path.GetDirectoryName(extent)!;
        var replacement = Path.Combine(Replace(extent), Path.GetFileName(extent));
        // Without its file it was installed already, and the end came before it could be put away.
        if (File.Exists(replacement))
        {
            if (ExtentImage.Settle(replacement, region, mayBeDirty: true, isSynced, sync) is { } problem)
                throw new RegionException(
                    RegionFault.ExtentUnreadable, $"The replacement {replacement} cannot be installed: {problem}.");
            File.Move(replacement, extent, overwrite: true);
            DiskSync.SyncDirectory(parent);
        }
        // Whether this or what follows survives makes no difference: there is no file in it any more.
        Directory.Move(Replace(extent), Completed(extent));
        Remove(Completed(extent));
    }

    private static void Remove(string directory)
    {
        if (Directory.Exists(directory))
            Directory.Delete(directory, recursive: true);
    }
}
