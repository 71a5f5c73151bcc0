using Crucible.Core.Volumes;

namespace PropolisActors.Volumes;

/// <summary>Builds the data path of volumes.</summary>
public interface IVolumeFactory
{
    /// <summary>Builds one without contacting any server.</summary>
    /// <param name="vcr">Valid and supported.</param>
    /// <param name="statusChanged">Called on a region set's own loop when its status has changed; must not block.</param>
    /// <exception cref="IOException">A file it names cannot be opened; the message says where in the VCR and why.</exception>
    IVolumeHost Create(VolumeConstructionRequest vcr, Action<RegionSetIndex> statusChanged);

    /// <summary>The same for a volume that was there before.</summary>
    /// <param name="unsynced">Slots replaced and not in sync since, as its record says: they vouch for nothing.</param>
    IVolumeHost Create(
        VolumeConstructionRequest vcr, ValueList<RegionSlot> unsynced, Action<RegionSetIndex> statusChanged) =>
        Create(vcr, statusChanged);
}
