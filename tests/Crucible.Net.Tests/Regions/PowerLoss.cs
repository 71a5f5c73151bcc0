using System.Runtime.InteropServices;
using System.Text;
using Crucible.Net.Regions;
using Microsoft.Win32.SafeHandles;

namespace Crucible.Net.Tests.Regions;

/// <summary>
/// Remembers what was on stable storage at each sync, so that a power loss can be played: of what was written since,
/// each sector of 512 bytes survives or not, by itself. A file keeps what it had durably when it is renamed, so files are
/// known by their inode and not by their name; names themselves are durable at once.
/// </summary>
internal sealed class PowerLoss : IDiskSync
{
    private readonly Dictionary<ulong, byte[]> _durable = [];

    /// <summary>Syncs until the next one fails; null for never.</summary>
    public int? SyncsLeft { get; set; }

    public int Syncs { get; private set; }

    public void Sync(SafeFileHandle file)
    {
        Syncs++;
        if (SyncsLeft is { } left && (SyncsLeft = left - 1) < 0)
            throw new IOException("The disk said no.");
        var path = File.ResolveLinkTarget($"/proc/self/fd/{file.DangerousGetHandle()}", returnFinalTarget: false)!.FullName;
        _durable[InodeOf(path)] = File.ReadAllBytes(path);
    }

    /// <summary>Copies a region's directory as a power loss would leave it.</summary>
    public void CopyAfterLoss(string from, string to, Random random)
    {
        foreach (var path in Directory.GetFiles(from, "*", SearchOption.AllDirectories))
        {
            var target = Path.Combine(to, Path.GetRelativePath(from, path));
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            // The lock file is locked, and empty.
            var now = Path.GetFileName(path) == "lock" ? [] : File.ReadAllBytes(path);
            File.WriteAllBytes(target, _durable.TryGetValue(InodeOf(path), out var old) ? Mix(old, now, random) : now);
        }
    }

    private static ulong InodeOf(string path)
    {
        const int CurrentDirectory = -100;
        const uint Inode = 0x100;
        const int InodeOffset = 32;
        var found = new byte[256];
        Assert.Equal(0, Status(CurrentDirectory, Encoding.UTF8.GetBytes(path + '\0'), 0, Inode, found));
        return BitConverter.ToUInt64(found, InodeOffset);
    }

    [DllImport("libc", EntryPoint = "statx", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Status(int directory, byte[] path, int flags, uint mask, byte[] found);

    private static byte[] Mix(byte[] old, byte[] now, Random random)
    {
        // Sometimes nothing survives, sometimes all, mostly some.
        var share = random.Next(3) switch { 0 => 0.1, 1 => 0.5, _ => 0.95 };
        var mixed = (byte[])old.Clone();
        Array.Resize(ref mixed, random.NextDouble() < share ? now.Length : old.Length);
        for (var at = 0; at < Math.Min(mixed.Length, now.Length); at += 512)
        {
            if (random.NextDouble() < share)
                now.AsSpan(at, Math.Min(512, Math.Min(mixed.Length, now.Length) - at)).CopyTo(mixed.AsSpan(at));
        }
        return mixed;
    }
}
