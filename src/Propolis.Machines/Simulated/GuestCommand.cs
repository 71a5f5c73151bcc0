using System.Globalization;

namespace Propolis.Machines.Simulated;

/// <summary>One line typed at the simulated guest's prompt.</summary>
public abstract record GuestCommand
{
    /// <summary>The seed of <c>write</c> and <c>verify</c> when none is given.</summary>
    public const ulong DefaultSeed = 1;

    /// <summary>The most operations one <c>load</c> takes.</summary>
    public const int LoadOperationsMax = 1_000_000;

    private GuestCommand()
    {
    }

    /// <summary>An empty line.</summary>
    public sealed record Nothing : GuestCommand;

    /// <summary>Writes the pattern of a seed. <paramref name="Disk"/> null means every disk.</summary>
    public sealed record Write(string? Disk, ulong Seed) : GuestCommand;

    /// <summary>Reads the pattern of a seed back and compares it.</summary>
    public sealed record Verify(string? Disk, ulong Seed) : GuestCommand;

    public sealed record Flush(string? Disk) : GuestCommand;

    /// <summary>Mixed operations in the background.</summary>
    public sealed record Load(int Operations) : GuestCommand;

    public sealed record Disks : GuestCommand;

    public sealed record Help : GuestCommand;

    public sealed record PowerOff : GuestCommand;

    public sealed record Reboot : GuestCommand;

    public sealed record Panic : GuestCommand;

    /// <summary>Not a command; <paramref name="Why"/> is a line for the one who typed it.</summary>
    public sealed record Wrong(string Why) : GuestCommand;

    /// <summary>Reads one line. Words are split at spaces; command words are lower case, disks exact.</summary>
    /// <param name="line">Printable ASCII without its end.</param>
    /// <param name="disks">The keys of the disks there are; a lone argument that is one of them is a disk.</param>
    public static GuestCommand Parse(string line, IReadOnlyCollection<string> disks)
    {
        var words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return words switch
        {
            [] => new Nothing(),
            ["write", .. var rest] => DiskAndSeed(rest, disks, static (disk, seed) => new Write(disk, seed)),
            ["verify", .. var rest] => DiskAndSeed(rest, disks, static (disk, seed) => new Verify(disk, seed)),
            ["flush"] => new Flush(null),
            ["flush", var disk] => disks.Contains(disk, StringComparer.Ordinal) ? new Flush(disk) : NoDisk(disk),
            ["load", var count] => ParseLoad(count),
            ["disks"] => new Disks(),
            ["help"] => new Help(),
            ["poweroff"] => new PowerOff(),
            ["reboot"] => new Reboot(),
            ["panic"] => new Panic(),
            ["flush" or "load" or "disks" or "help" or "poweroff" or "reboot" or "panic", ..]
                => new Wrong($"{words[0]}: wrong arguments; try 'help'"),
            _ => new Wrong($"unknown command '{words[0]}'; try 'help'"),
        };
    }

    private static GuestCommand DiskAndSeed(
        string[] words, IReadOnlyCollection<string> disks, Func<string?, ulong, GuestCommand> make) => words switch
    {
        [] => make(null, DefaultSeed),
        [var disk] when disks.Contains(disk, StringComparer.Ordinal) => make(disk, DefaultSeed),
        [var seed] when TrySeed(seed, out var value) => make(null, value),
        [var disk] => NoDisk(disk),
        [var disk, _] when !disks.Contains(disk, StringComparer.Ordinal) => NoDisk(disk),
        [var disk, var seed] when TrySeed(seed, out var value) => make(disk, value),
        [_, var seed] => new Wrong($"'{seed}' is no seed: a seed is a number from 0 to {ulong.MaxValue}"),
        _ => new Wrong("too many arguments; try 'help'"),
    };

    private static GuestCommand ParseLoad(string count) =>
        int.TryParse(count, NumberStyles.None, CultureInfo.InvariantCulture, out var n)
        && n is > 0 and <= LoadOperationsMax
            ? new Load(n)
            : new Wrong($"load: '{count}' is not a number of operations from 1 to {LoadOperationsMax}");

    private static bool TrySeed(string text, out ulong seed) =>
        ulong.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out seed);

    private static Wrong NoDisk(string disk) => new($"no disk '{disk}'; try 'disks'");
}
