using System.Diagnostics;
using Crucible.Net;

namespace Propolis.Machines.Simulated;

/// <summary>
/// The program a simulated machine runs from one boot to its end: reads block 0 of the boot disk, then takes one-line
/// commands at a prompt. Decides everything and does nothing: its effects are carried out by the machine.
/// </summary>
/// <remarks>
/// <code>
/// booting ──block 0 read──► prompt ◄──last job done── command running
///    │                        └──write, verify, flush──────┘
///    └──error──► ended (panicked)     poweroff, reboot, panic ──► ended
/// </code>
/// A load runs beside the prompt. Ctrl-C gives up the running command, or the load when there is none; operations still
/// in flight then count against the limit until they come back. Output lines end with CR LF.
/// </remarks>
public sealed partial class SimulatedGuest
{
    /// <summary>Operations in flight on one disk. More work waits.</summary>
    public const int InFlightPerDiskMax = 16;

    private readonly MachineConfig _config;
    private readonly GuestDisk[] _disks;
    private readonly int[] _inFlight;
    private readonly GuestConsole _console = new();
    private readonly Dictionary<GuestIo, IGuestJob?> _owners = [];
    private readonly List<IGuestJob> _command = [];
    private readonly List<string> _lines = [];
    private LoadJob? _load;
    private readonly ulong _salt;
    private ulong _loads;
    private Phase _phase = Phase.Booting;
    private bool _frozen;

    /// <summary>A guest that has not booted yet.</summary>
    /// <param name="config">The machine it runs on.</param>
    /// <param name="salt">Another number for every boot, so that no load finds what an earlier one wrote.</param>
    public SimulatedGuest(MachineConfig config, ulong salt)
    {
        _config = config;
        _salt = salt;
        _disks = [.. config.Disks.Select(static (disk, index) => GuestDisk.Of(index, disk))];
        _inFlight = new int[_disks.Length];
    }

    private enum Phase
    {
        Booting,
        Prompting,
        Ended,
    }

    /// <summary>The first step, once.</summary>
    public void Boot(GuestEffects effects)
    {
        Print("propolis simulated machine", effects);
        Print($"name {_config.Name}, cpus {_config.Cpus}, memory {_config.MemoryMib} MiB, disks {_disks.Length}", effects);
        PrintDisks(effects);
        if (_disks.Length == 0)
        {
            Print("no boot disk", effects);
            Ready(effects);
            return;
        }
        Start(_disks[BootIndex()].Read(block: 0, blocks: 1, tag: 0), owner: null, effects);
    }

    /// <summary>Bytes arrived at the serial port.</summary>
    public void Type(ReadOnlySpan<byte> input, GuestEffects effects)
    {
        while (!input.IsEmpty && _phase != Phase.Ended)
        {
            if (_console.Type(ref input, effects.Output))
                Interrupt(effects);
            Continue(effects);
        }
    }

    /// <summary>An operation this guest asked for came to its end.</summary>
    public void Completed(GuestIo io, IoResult result, GuestEffects effects)
    {
        if (!_owners.Remove(io, out var owner))
            throw new UnreachableException("an operation was completed twice, or is another guest's");
        _inFlight[io.Disk]--;
        if (_phase == Phase.Ended)
            return;
        if (owner is null)
            BootBlockRead(io, result, effects);
        else if (owner == _load || _command.Contains(owner))
            JobWentOn(owner, io, result, effects);
        Continue(effects);
    }

    /// <summary>A non-maskable interrupt: noted on the console.</summary>
    public void Nmi(GuestEffects effects)
    {
        if (_phase != Phase.Ended)
            Print("non-maskable interrupt", effects);
    }

    private void Interrupt(GuestEffects effects)
    {
        if (_command.Count == 0 && _load is not null)
        {
            _load = null;
            Print("load given up", effects);
        }
        _command.Clear();
    }

    private int BootIndex() => _config.Disks.TakeWhile(static d => !d.Boot).Count() % _disks.Length;

    private void BootBlockRead(GuestIo io, IoResult result, GuestEffects effects)
    {
        var key = _disks[io.Disk].Key;
        if (result.IsOk)
        {
            Print($"boot disk {key}: block 0 read", effects);
            Ready(effects);
            return;
        }
        var reason = $"boot disk {key}: block 0 cannot be read: {GuestDisk.Describe(result)}";
        Print(reason, effects);
        End(GuestEnd.Panicked, reason, effects);
    }

    private void Ready(GuestEffects effects)
    {
        Print("ready", effects);
        _phase = Phase.Prompting;
        _console.ShowPrompt(effects.Output);
    }

    private void JobWentOn(IGuestJob job, GuestIo io, IoResult result, GuestEffects effects)
    {
        _lines.Clear();
        job.Completed(io, result, _lines);
        foreach (var line in _lines)
            Print(line, effects);
        if (!job.IsDone)
            return;
        _command.Remove(job);
        if (job == _load)
            _load = null;
    }

    /// <summary>Runs typed lines until a command keeps the guest busy, then starts what may be started.</summary>
    private void Continue(GuestEffects effects)
    {
        if (_frozen)
            return;
        while (_phase == Phase.Prompting && _command.Count == 0 && _console.TryTakeLine(out var line))
            Run(GuestCommand.Parse(line, [.. _disks.Select(static d => d.Key)]), effects);
        if (_phase != Phase.Prompting)
            return;
        foreach (var job in _command)
            StartAll(job, effects);
        if (_load is not null)
            StartAll(_load, effects);
        if (_command.Count == 0)
            _console.ShowPrompt(effects.Output);
    }

    private void Run(GuestCommand command, GuestEffects effects)
    {
        switch (command)
        {
            case GuestCommand.Nothing:
                break;
            case GuestCommand.Write c:
                Begin(c.Disk, "write", effects, d => new PatternJob(d, c.Seed, verify: false));
                break;
            case GuestCommand.Verify c:
                Begin(c.Disk, "verify", effects, d => new PatternJob(d, c.Seed, verify: true));
                break;
            case GuestCommand.Flush c:
                Begin(c.Disk, "flush", effects, static d => new FlushJob(d));
                break;
            case GuestCommand.Load c:
                BeginLoad(c.Operations, effects);
                break;
            case GuestCommand.Disks:
                PrintDisks(effects);
                break;
            case GuestCommand.Help:
                PrintHelp(effects);
                break;
            case GuestCommand.PowerOff:
                Print("powering off", effects);
                End(GuestEnd.PoweredOff, "", effects);
                break;
            case GuestCommand.Reboot:
                Print("rebooting", effects);
                End(GuestEnd.Reset, "", effects);
                break;
            case GuestCommand.Panic:
                Print("panic: asked for on the console", effects);
                End(GuestEnd.Panicked, "asked for on the console", effects);
                break;
            case GuestCommand.Wrong c:
                Print(c.Why, effects);
                break;
            default:
                throw new UnreachableException(command.ToString());
        }
    }

    private void Begin(string? key, string word, GuestEffects effects, Func<GuestDisk, IGuestJob> make)
    {
        foreach (var disk in _disks)
        {
            if (key is not null && !string.Equals(disk.Key, key, StringComparison.Ordinal))
                continue;
            var job = make(disk);
            if (job is PatternJob { IsDone: true })
                Print($"{word} {disk.Key} skipped: no room", effects);
            else if (key is null && disk.ReadOnly && string.Equals(word, "write", StringComparison.Ordinal))
                Print($"{word} {disk.Key} skipped: read-only", effects);
            else
                _command.Add(job);
        }
        if (_disks.Length == 0)
            Print("no disks", effects);
    }

    private void BeginLoad(int operations, GuestEffects effects)
    {
        GuestDisk[] usable = [.. _disks.Where(static d => !d.ReadOnly && d.LoadBlockCount > 0)];
        if (_load is not null)
        {
            Print("load: one is running already", effects);
        }
        else if (usable.Length == 0)
        {
            Print("load: no writable disk with room", effects);
        }
        else
        {
            _load = new LoadJob(usable, operations, BlockPattern.Mix(_salt) + ++_loads);
            Print($"load started: {operations} operations on {usable.Length} disks", effects);
        }
    }

    private void StartAll(IGuestJob job, GuestEffects effects)
    {
        while (job.Next(_inFlight) is { } io)
            Start(io, job, effects);
    }

    private void Start(GuestIo io, IGuestJob? owner, GuestEffects effects)
    {
        _owners.Add(io, owner);
        _inFlight[io.Disk]++;
        effects.Operations.Add(io);
    }

    private void End(GuestEnd end, string reason, GuestEffects effects)
    {
        _phase = Phase.Ended;
        _command.Clear();
        _load = null;
        effects.Finish(end, reason);
    }

    private void PrintDisks(GuestEffects effects)
    {
        foreach (var disk in _disks)
        {
            Print($"disk {disk.Key}: {disk.BlockCount} blocks of {disk.BlockSizeBytes} bytes, "
                + (disk.ReadOnly ? "read-only" : "read-write")
                + (disk.Index == BootIndex() ? ", boot" : ""), effects);
        }
    }

    private void PrintHelp(GuestEffects effects)
    {
        Print("write [DISK] [SEED]   write the pattern of a seed (default 1) from block 1 on, at most 4 MiB", effects);
        Print("verify [DISK] [SEED]  read it back and compare", effects);
        Print("flush [DISK]          make what was written durable", effects);
        Print("load N                N mixed operations behind the pattern, in the background", effects);
        Print("disks | help | poweroff | reboot | panic; Ctrl-C gives a command up", effects);
    }

    private void Print(string line, GuestEffects effects) => _console.PrintLine(line, effects.Output);
}
