namespace Propolis.Machines;

/// <summary>Builds machines of one kind.</summary>
public interface IMachineFactory
{
    /// <summary>Builds a machine with its processors stopped. Touches no disk.</summary>
    /// <param name="config">Copied by reference; its list of disks must not change any more.</param>
    /// <param name="onEvent">Called on the machine's own loop, one event at a time; must not block or throw.</param>
    IMachine Create(MachineConfig config, Action<MachineEvent> onEvent);
}
