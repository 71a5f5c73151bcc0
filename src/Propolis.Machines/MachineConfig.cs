using Crucible.Net;

namespace Propolis.Machines;

/// <summary>One disk as the guest sees it.</summary>
/// <param name="Key">The name of its backend in the instance spec; unique in its machine.</param>
/// <param name="Boot">The firmware tries this disk; without any such disk it tries the first of all.</param>
/// <param name="Device">Where its blocks are. The machine uses it and never closes it.</param>
public sealed record MachineDisk(string Key, bool Boot, IBlockDevice Device);

/// <summary>What one machine is made of.</summary>
/// <param name="Name">Shown to the guest; no meaning beyond that.</param>
/// <param name="Cpus">Virtual processors, 1 or more.</param>
/// <param name="MemoryMib">Guest memory in MiB.</param>
/// <param name="Disks">In boot order.</param>
public sealed record MachineConfig(string Name, int Cpus, ulong MemoryMib, IReadOnlyList<MachineDisk> Disks);
