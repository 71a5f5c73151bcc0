using System.ComponentModel;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Crucible.Net.Regions;

/// <summary>
/// Has the kernel write a file to disk while it is being filled from its start to its end, and let go of the memory that
/// held what is written. So the sync at the end has little left to do, and a large copy neither pushes out of memory what
/// guests use nor makes others wait for the disk behind a heap of unwritten pages.
/// </summary>
/// <remarks>
/// Nothing is durable by it: that takes a sync. But a failed write shows here and then not again to a sync of the same
/// open file, so it is thrown. On systems that have no such calls it does nothing.
/// </remarks>
internal sealed class WriteBehind(SafeFileHandle file)
{
    /// <summary>Written at a time; as much again may be on its way. A guess that keeps a disk busy.</summary>
    public const long WindowBytes = 4 * 1024 * 1024;

    private const uint WaitBefore = 1;
    private const uint Write = 2;
    private const uint WaitAfter = 4;
    private const int DontNeed = 4;
    private const int IoError = 5;
    private const int NoSpace = 28;
    private const int QuotaExceeded = 122;

    private long _begun;

    /// <summary>The file is filled up to here; may wait for the disk to have taken what is two windows behind.</summary>
    /// <param name="end">In bytes; never less than before.</param>
    /// <exception cref="IOException">The disk failed or is full.</exception>
    public void Reached(long end)
    {
        while (OperatingSystem.IsLinux() && end - _begun >= WindowBytes)
        {
            Begin(file, _begun, WindowBytes);
            if (_begun >= WindowBytes)
            {
                Range(_begun - WindowBytes, WaitBefore | Write | WaitAfter);
                _ = Advise(file, _begun - WindowBytes, WindowBytes, DontNeed);
            }
            _begun += WindowBytes;
        }
    }

    /// <summary>Has a part of a file go to disk from now on, without waiting for it. What fails is told by the next
    /// sync.</summary>
    /// <param name="bytes">0 for all that follows.</param>
    public static void Begin(SafeFileHandle file, long offset, long bytes)
    {
        if (OperatingSystem.IsLinux())
            _ = SyncRange(file, offset, bytes, Write);
    }

    private void Range(long offset, uint what)
    {
        if (SyncRange(file, offset, WindowBytes, what) == 0)
            return;
        // Anything else says that this file or system cannot do it, which is no harm.
        var error = Marshal.GetLastPInvokeError();
        if (error is IoError or NoSpace or QuotaExceeded)
            throw new IOException($"A file could not be written: {new Win32Exception(error).Message}.");
    }

    [DllImport("libc", EntryPoint = "sync_file_range", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int SyncRange(SafeFileHandle file, long offset, long bytes, uint flags);

    [DllImport("libc", EntryPoint = "posix_fadvise")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Advise(SafeFileHandle file, long offset, long bytes, int advice);
}
