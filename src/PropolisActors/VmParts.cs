using Propolis.Machines;
using PropolisActors.Journal;
using PropolisActors.Metrics;
using PropolisActors.Volumes;

namespace PropolisActors;

/// <summary>What every VM of this service is built with.</summary>
/// <param name="Machines">Makes machines.</param>
/// <param name="Volumes">Makes volumes.</param>
/// <param name="Options">Limits and times.</param>
/// <param name="Time">The clock.</param>
public sealed record VmParts(IMachineFactory Machines, IVolumeFactory Volumes, ServiceOptions Options, TimeProvider Time)
{
    /// <summary>How whatever is to be remembered is stored.</summary>
    public JournalProps Journal { get; init; } = JournalActor.Props(crash: null);

    /// <summary>Where disks are counted; null where nobody asks.</summary>
    public ServiceMetrics? Metrics { get; init; }
}
