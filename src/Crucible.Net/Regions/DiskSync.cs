using System.ComponentModel;
using System.Runtime.InteropServices;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace Crucible.Net.Regions;

/// <summary>fdatasync of files and fsync of directories, through libc.</summary>
/// <remarks>fdatasync makes durable what is needed to read the content again, the length included, and reports the same
/// failures as fsync. It leaves out times: those would cost a file system a commit of its own with each sync, although
/// nobody reads them.</remarks>
public sealed class DiskSync : IDiskSync
{
    private const int OpenReadOnly = 0;
    private const int Interrupted = 4;

    public static DiskSync Instance { get; } = new();

    public void Sync(SafeFileHandle file)
    {
        while (OperatingSystem.IsLinux())
        {
            if (SyncData(file) == 0)
                return;
            var error = Marshal.GetLastPInvokeError();
            if (error == Interrupted)
                continue;
            var cause = new Win32Exception(error);
            throw new IOException($"A file could not be made durable: {cause.Message}.", cause);
        }
        RandomAccess.FlushToDisk(file);
    }

    /// <summary>Makes the names in a directory durable: files created in it or renamed into it.</summary>
    /// <exception cref="IOException">They are not.</exception>
    public static void SyncDirectory(string path)
    {
        var descriptor = Open(Encoding.UTF8.GetBytes(path + '\0'), OpenReadOnly);
        if (descriptor < 0)
            throw Failure(path);
        try
        {
            if (Fsync(descriptor) != 0)
                throw Failure(path);
        }
        finally
        {
            _ = Close(descriptor);
        }
    }

    private static IOException Failure(string path)
    {
        var cause = new Win32Exception(Marshal.GetLastPInvokeError());
        return new IOException($"The directory {path} could not be made durable: {cause.Message}.", cause);
    }

    [DllImport("libc", EntryPoint = "open", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Open(byte[] path, int flags);

    [DllImport("libc", EntryPoint = "fsync", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Fsync(int descriptor);

    [DllImport("libc", EntryPoint = "fdatasync", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int SyncData(SafeFileHandle file);

    [DllImport("libc", EntryPoint = "close", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Close(int descriptor);
}
