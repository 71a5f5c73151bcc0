using Propolis.Machines;

namespace PropolisActors.SystemSimulation.World;

/// <summary>Makes the machines of a world, and finds them again.</summary>
internal sealed class VirtualMachines(SystemWorld world) : IMachineFactory
{
    private readonly List<VirtualMachine> _machines = [];

    /// <summary>All that were made, oldest first.</summary>
    public IReadOnlyList<VirtualMachine> All => _machines;

    /// <summary>The newest of a VM, or null before the first.</summary>
    public VirtualMachine? Of(string vm) => _machines.FindLast(machine => machine.Name == vm);

    public IMachine Create(MachineConfig config, Action<MachineEvent> onEvent)
    {
        var machine = new VirtualMachine(config, onEvent, world);
        _machines.Add(machine);
        return machine;
    }
}
