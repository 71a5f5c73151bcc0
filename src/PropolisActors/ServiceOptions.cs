using Crucible.Net.Upstairs;
using Propolis.Core.Lifecycle;
using Propolis.Core.Migration;
using Propolis.Core.Spec;

namespace PropolisActors;

/// <summary>The limits and times of the service. Every range is checked once, when it starts.</summary>
/// <param name="StopGrace">How long a stop may spend on a clean end; see <see cref="VmOptions.StopGrace"/>.</param>
/// <param name="VmsMax">VMs in this process, ended ones included; 1 to 100 000.</param>
/// <param name="MonitorsMax">State monitors waiting on one VM; 1 to 100 000.</param>
/// <param name="Limits">How large a machine may be.</param>
public sealed record ServiceOptions(TimeSpan StopGrace, int VmsMax, int MonitorsMax, SpecBuildLimits Limits)
{
    private static readonly TimeSpan SnapshotDeadlineMax = TimeSpan.FromHours(1);

    /// <summary>How long a snapshot may take before its asker hears which server is missing; more than 0, at most an
    /// hour.</summary>
    public TimeSpan SnapshotDeadline { get; init; } = RegionSetOptions.DefaultSnapshotDeadline;

    /// <summary>How long a migration waits, each time; every one more than 0, at most 10 minutes.</summary>
    public MigrationLimits Migration { get; init; } = MigrationLimits.Default;

    public static ServiceOptions Default { get; } =
        new(new VmOptions().StopGrace, 10_000, 1024, SpecBuildLimits.Default);

    /// <summary>Says which value is out of its range, or null.</summary>
    public string? Fault() => this switch
    {
        _ when !VmOptions.IsStopGrace(StopGrace) => "the stop grace must be more than 0 and at most 10 minutes",
        { VmsMax: < 1 or > 100_000 } => "the limit on VMs must be 1 to 100000",
        { MonitorsMax: < 1 or > 100_000 } => "the limit on state monitors must be 1 to 100000",
        _ when SnapshotDeadline <= TimeSpan.Zero || SnapshotDeadline > SnapshotDeadlineMax
            => "the snapshot deadline must be more than 0 and at most 1 hour",
        { Migration: var m } when new[] { m.Step, m.Pause, m.Activation, m.Reclaim }.Any(limit => !VmOptions.IsStopGrace(limit))
            => "every limit of a migration must be more than 0 and at most 10 minutes",
        _ => null,
    };
}
