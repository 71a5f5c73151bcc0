namespace Propolis.Machines.Simulated;

/// <summary>Builds simulated machines, which need nothing installed.</summary>
public sealed class SimulatedMachineFactory(TimeProvider time) : IMachineFactory
{
    public IMachine Create(MachineConfig config, Action<MachineEvent> onEvent) =>
        new SimulatedMachine(config, onEvent, time);
}
