namespace Propolis.Core.Migration;

/// <summary>How long a migration waits, each time. Every one is more than zero and at most ten minutes.</summary>
/// <param name="Step">For one answer of the peer, or of a part of this service.</param>
/// <param name="Pause">For the disk operations of the guest that is paused, and for its disks to flush.</param>
/// <param name="Activation">For the target's disks to be active, before the source lets go of the guest.</param>
/// <param name="Reclaim">For the source to get its disks back; see VmOptions.ReclaimLimit.</param>
public sealed record MigrationLimits(TimeSpan Step, TimeSpan Pause, TimeSpan Activation, TimeSpan Reclaim)
{
    /// <summary>Hand-overs of the disks in one migration: one more for each replacement that comes in between.</summary>
    public const int RoundsMax = 8;

    private static readonly TimeSpan Margin = TimeSpan.FromSeconds(10);

    public static MigrationLimits Default { get; } = new(
        TimeSpan.FromSeconds(15), TimeSpan.FromSeconds(30), TimeSpan.FromSeconds(30), TimeSpan.FromSeconds(30));

    /// <summary>How long the source waits for the target's disks: longer than the target does.</summary>
    public TimeSpan ActivationOfPeer => Activation + Step;

    /// <summary>After this long a source that did not let go has its disks back, or will never have them.</summary>
    public TimeSpan Doubt => ActivationOfPeer + Step + Reclaim + Margin;
}
