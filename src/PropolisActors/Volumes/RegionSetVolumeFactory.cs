using Crucible.Core.Volumes;
using Microsoft.Extensions.Logging;

namespace PropolisActors.Volumes;

/// <summary>Volumes of region sets that speak the Crucible protocol over TCP.</summary>
public sealed class RegionSetVolumeFactory(VolumeOptions options, TimeProvider time, ILoggerFactory logs)
    : IVolumeFactory
{
    public IVolumeHost Create(VolumeConstructionRequest vcr, Action<RegionSetIndex> statusChanged) =>
        Create(vcr, unsynced: [], statusChanged);

    public IVolumeHost Create(
        VolumeConstructionRequest vcr, ValueList<RegionSlot> unsynced, Action<RegionSetIndex> statusChanged) =>
        new RegionSetVolumeHost(vcr, options, unsynced, statusChanged, time, logs.CreateLogger("upstairs"));
}
