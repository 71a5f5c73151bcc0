using Crucible.Core.Volumes;
using PropolisActors.Volumes;

namespace PropolisActors.SystemSimulation.World;

/// <summary>Builds the data path of volumes upon the simulated disks of a world.</summary>
/// <param name="diskOf">The disk of a VCR.</param>
/// <param name="world">Where it happens.</param>
internal sealed class VirtualVolumes(Func<Guid, SimulatedDisk> diskOf, SystemWorld world) : IVolumeFactory
{
    private readonly List<VirtualVolumeHost> _hosts = [];

    /// <summary>All that were made, oldest first, the disposed ones included.</summary>
    public IReadOnlyList<VirtualVolumeHost> Hosts => _hosts;

    public IVolumeHost Create(VolumeConstructionRequest vcr, Action<RegionSetIndex> statusChanged)
    {
        var region = VcrTree.RegionSets(vcr)[0].Region;
        var host = new VirtualVolumeHost(region, statusChanged, diskOf(region.Opts.Id.Value), world);
        _hosts.Add(host);
        return host;
    }
}
