namespace Propolis.Core.Spec;

/// <summary>The processors, memory and chipset of a VM. The only chipset is the i440FX.</summary>
/// <param name="Cpus">Virtual processors; the range is checked when the machine is built, not when it is read.</param>
/// <param name="MemoryMib">Memory in MiB.</param>
/// <param name="EnablePcie">Whether the chipset offers PCI Express.</param>
/// <param name="HypervisorInterface">What the guest sees of the hypervisor.</param>
/// <param name="Cpuid">Null in a request that leaves the choice to the service; never in a validated spec.</param>
public sealed record Board(
    byte Cpus, ulong MemoryMib, bool EnablePcie, GuestHypervisorInterface HypervisorInterface, Cpuid? Cpuid);
