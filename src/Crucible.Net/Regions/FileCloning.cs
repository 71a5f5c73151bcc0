using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Crucible.Net.Regions;

/// <summary>Copies a file within one file system: by reference where that can be done (btrfs, XFS and the like), else
/// byte by byte with its holes kept.</summary>
internal static class FileCloning
{
    private const int BufferBytes = 1024 * 1024;

    /// <summary>FICLONE of linux/fs.h.</summary>
    private const ulong CloneRequest = 0x40049409;

    /// <summary>Makes a durable copy; the destination must not be there.</summary>
    /// <exception cref="IOException">The disk is full or fails.</exception>
    public static void Copy(string from, string to, IDiskSync sync)
    {
        using var source = File.OpenHandle(from, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        using var target = File.OpenHandle(to, FileMode.CreateNew, FileAccess.ReadWrite);
        if (!TryClone(source, target))
            CopyBytes(source, target);
        sync.Sync(target);
    }

    private static bool TryClone(SafeFileHandle source, SafeFileHandle target) =>
        OperatingSystem.IsLinux()
        && Ioctl(target.DangerousGetHandle().ToInt32(), CloneRequest, source.DangerousGetHandle().ToInt32()) == 0;

    private static void CopyBytes(SafeFileHandle source, SafeFileHandle target)
    {
        var length = RandomAccess.GetLength(source);
        RandomAccess.SetLength(target, length);
        var buffer = new byte[(int)Math.Min(length, BufferBytes)];
        for (var at = 0L; at < length;)
        {
            var read = RandomAccess.Read(source, buffer, at);
            if (read == 0)
                throw new EndOfStreamException("A file ended while it was copied.");
            if (buffer.AsSpan(0, read).IndexOfAnyExcept((byte)0) >= 0)
                RandomAccess.Write(target, buffer.AsSpan(0, read), at);
            at += read;
        }
    }

    [DllImport("libc", EntryPoint = "ioctl", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Ioctl(int descriptor, ulong request, int argument);
}
