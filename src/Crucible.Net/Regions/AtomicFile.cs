namespace Crucible.Net.Regions;

/// <summary>Replaces a small file as a whole: after a crash there is the old content or the new, never a
/// part.</summary>
internal static class AtomicFile
{
    public static void Write(string path, ReadOnlySpan<byte> content, IDiskSync sync)
    {
        var temporary = path + ".new";
        using (var file = File.OpenHandle(temporary, FileMode.Create, FileAccess.Write))
        {
            RandomAccess.Write(file, content, 0);
            sync.Sync(file);
        }
        File.Move(temporary, path, overwrite: true);
        DiskSync.SyncDirectory(Path.GetDirectoryName(path)!);
    }
}
