using System.Runtime.InteropServices;

namespace PropolisActors.Cli.Commands;

/// <summary>The terminal on standard input in raw mode: every key is a byte, none is echoed or acted on.</summary>
/// <remarks>The C library's description of a terminal is kept as bytes we never look into, so that its layout, which
/// differs between systems, does not matter.</remarks>
internal sealed class RawTerminal : IDisposable
{
    private const int StandardInput = 0;
    private const int Now = 0;

    /// <summary>More than the description takes on any system (60 bytes on Linux, 72 on macOS).</summary>
    private const int DescriptionBytes = 256;

    private readonly byte[] _before;

    private RawTerminal(byte[] before)
    {
        _before = before;
    }

    /// <summary>Switches to raw mode until disposed; null where there is no such terminal.</summary>
    public static RawTerminal? Take()
    {
        if (OperatingSystem.IsWindows())
            return null;
        var before = new byte[DescriptionBytes];
        if (tcgetattr(StandardInput, before) != 0)
            return null;
        var raw = (byte[])before.Clone();
        cfmakeraw(raw);
        return tcsetattr(StandardInput, Now, raw) == 0 ? new RawTerminal(before) : null;
    }

    public void Dispose() => _ = tcsetattr(StandardInput, Now, _before);

    [DllImport("libc", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int tcgetattr(int fd, byte[] description);

    [DllImport("libc", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int tcsetattr(int fd, int actions, byte[] description);

    [DllImport("libc")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern void cfmakeraw(byte[] description);
}
