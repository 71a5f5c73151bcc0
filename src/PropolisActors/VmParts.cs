using Propolis.Machines;
using PropolisActors.Journal;
using PropolisActors.Volumes;

namespace PropolisActors;

/// <summary>What every VM of this service is built with.</summary>
/// <param name="Machines">Makes machines.</param>
/// <param name="Volumes">Makes volumes.</param>
/// <param name="Options">Limits and times.</param>
/// <param name="Time">The clock.</param>
public sealed record VmParts(IMachineFactory Machines, IVolumeFactory Volumes, ServiceOptions Options, TimeProvider Time)
{
    /// <summary>For the tests of crashes; null otherwise.</summary>
    public CrashPoint? Crash { get; init; }
}
