namespace Crucible.Core.Volumes;

/// <summary>What a volume tells its owner.</summary>
public abstract record VolumeReport
{
    /// <summary>Every region set serves I/O.</summary>
    public sealed record VolumeActive : VolumeReport;

    /// <summary>Waiting will not help.</summary>
    public sealed record VolumeFailed(VolumeFailure Reason) : VolumeReport;

    /// <summary>Holds no connections.</summary>
    /// <param name="Flushed">False when something a guest wrote may not have reached the servers.</param>
    public sealed record VolumeInactive(bool Flushed) : VolumeReport;
}
