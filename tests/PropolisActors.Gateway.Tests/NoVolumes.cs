using Crucible.Core.Volumes;
using PropolisActors.Volumes;

namespace PropolisActors.Gateway.Tests;

/// <summary>For VMs without network disks.</summary>
internal sealed class NoVolumes : IVolumeFactory
{
    public IVolumeHost Create(VolumeConstructionRequest vcr, Action<RegionSetIndex> statusChanged) =>
        throw new InvalidOperationException("no disk was asked for");
}
