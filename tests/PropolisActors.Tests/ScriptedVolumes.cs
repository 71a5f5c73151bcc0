using System.Collections.Concurrent;
using Crucible.Core.Volumes;
using PropolisActors.Volumes;

namespace PropolisActors.Tests;

/// <summary>Makes scripted data paths and finds them again by the id of their volume.</summary>
public sealed class ScriptedVolumes : IVolumeFactory
{
    private readonly ConcurrentDictionary<VolumeId, ScriptedVolumeHost> _hosts = new();

    public IEnumerable<ScriptedVolumeHost> All => _hosts.Values;

    public ScriptedVolumeHost this[Guid disk] => _hosts[new VolumeId(disk)];

    public IVolumeHost Create(VolumeConstructionRequest vcr, Action<RegionSetIndex> statusChanged) =>
        _hosts[VcrTree.IdOf(vcr)] = new ScriptedVolumeHost(vcr, statusChanged);
}
