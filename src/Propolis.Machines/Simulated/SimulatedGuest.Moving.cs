namespace Propolis.Machines.Simulated;

// A guest that goes to another server: frozen it takes what its disks and its keyboard still bring and begins nothing, so
// that nothing of it is in flight; then what it is can be written down, and read again elsewhere.
public sealed partial class SimulatedGuest
{
    /// <summary>From now on nothing new is begun, and no typed line is run.</summary>
    public void Freeze() => _frozen = true;

    /// <summary>Goes on where it stood.</summary>
    public void Thaw(GuestEffects effects)
    {
        if (!_frozen)
            return;
        _frozen = false;
        Continue(effects);
    }

    /// <summary>What it is. Only while frozen and with nothing in flight.</summary>
    public GuestState Save() => new(
        _phase.ToString(), _salt, _loads, [.. _command.Select(static job => job.Save())], _load?.Save() as GuestJobState.Load,
        _console.Save());

    /// <summary>The same guest on this machine, frozen.</summary>
    /// <exception cref="FormatException">It cannot have been in that state on these disks.</exception>
    public static SimulatedGuest Restore(MachineConfig config, GuestState state) => new(config, state);

    private SimulatedGuest(MachineConfig config, GuestState state)
        : this(config, state.Salt)
    {
        if (!Enum.TryParse(state.Phase, out _phase) || !Enum.IsDefined(_phase) || _phase == Phase.Booting)
            throw new FormatException("a guest in no phase it can leave in");
        _frozen = true;
        _loads = state.Loads;
        _console = GuestConsole.Restore(state.Console);
        _command.AddRange(state.Command.Select(Restore));
        _load = state.Load is { } load ? LoadJob.Restore([.. load.Disks.Select(d => Disk(d.Key))], load) : null;
    }

    private IGuestJob Restore(GuestJobState state) => state switch
    {
        GuestJobState.Pattern s => PatternJob.Restore(Disk(s.Disk), s),
        GuestJobState.Flush s => new FlushJob(Disk(s.Disk)),
        _ => throw new FormatException("a command of an unknown kind"),
    };

    private GuestDisk Disk(string key) => Array.Find(_disks, d => string.Equals(d.Key, key, StringComparison.Ordinal))
        ?? throw new FormatException($"the guest uses a disk {key}, which this machine does not have");
}
