using System.Diagnostics;
using Propolis.Core.Spec;

namespace Propolis.Core.Lifecycle;

/// <summary>Where a VM is in its life.</summary>
/// <param name="Since">When it came there.</param>
public abstract record VmState(DateTimeOffset Since)
{
    /// <summary>Nothing was asked for yet.</summary>
    public sealed record New(DateTimeOffset Since) : VmState(Since);

    /// <summary>Published as Creating; its parts are being made.</summary>
    public sealed record Initializing(ValueList<SpecKey> Disks, DateTimeOffset Since) : VmState(Since);

    /// <summary>Published as Migrating; what it is made of has not come from its source yet.</summary>
    public sealed record AwaitingSource(Guid Migration, DateTimeOffset Since) : VmState(Since);

    /// <summary>A VM that exists.</summary>
    /// <param name="Disks">Backend keys of its network volumes.</param>
    /// <param name="Admission">Decides which requests are taken.</param>
    /// <param name="Last">The latest thing the machine was told; an answer to any earlier is stale.</param>
    /// <param name="Since">When it came to this state.</param>
    public abstract record Active(
        ValueList<SpecKey> Disks, Admission Admission, Attempt Last, DateTimeOffset Since) : VmState(Since);

    /// <summary>Published as Creating; waits for a client to run it. No volume is wanted.</summary>
    public sealed record Created(ValueList<SpecKey> Disks, Admission Admission, Attempt Last, DateTimeOffset Since)
        : Active(Disks, Admission, Last, Since);

    /// <summary>Published as Starting; the volumes are wanted and the machine has not been started.</summary>
    /// <param name="Disks">All of them.</param>
    /// <param name="Inactive">Those that are not active yet; at least one.</param>
    /// <param name="Admission">Decides which requests are taken.</param>
    /// <param name="Last">The latest thing the machine was told.</param>
    /// <param name="Since">When the volumes were demanded.</param>
    public sealed record Starting(ValueList<SpecKey> Disks, ValueList<SpecKey> Inactive,
        Admission Admission, Attempt Last, DateTimeOffset Since) : Active(Disks, Admission, Last, Since)
    {
        /// <summary>The guest came from another server: published as Migrating instead, and resumed, not started.</summary>
        public bool IsImported { get; init; }
    }

    /// <summary>Still published as before; every volume is active and the machine was told to start.</summary>
    public sealed record Booting(ValueList<SpecKey> Disks, Admission Admission, Attempt Last, DateTimeOffset Since)
        : Active(Disks, Admission, Last, Since)
    {
        /// <summary>The guest came from another server.</summary>
        public bool IsImported { get; init; }
    }

    /// <summary>Published as Running.</summary>
    public sealed record Running(ValueList<SpecKey> Disks, Admission Admission, Attempt Last, DateTimeOffset Since)
        : Active(Disks, Admission, Last, Since);

    /// <summary>Published as Rebooting; the machine was told to reset. The volumes stay as they are.</summary>
    /// <param name="Disks">All of them.</param>
    /// <param name="ByGuest">A client's reboot that comes meanwhile follows this one instead of joining it.</param>
    /// <param name="PowerOffSeen">The guest powered itself off meanwhile, and stops once it is back.</param>
    /// <param name="StopAttempt">The grace that runs because a stop was asked for; the stop follows the reboot.</param>
    /// <param name="Admission">Decides which requests are taken.</param>
    /// <param name="Last">The latest thing the machine was told: this reset.</param>
    /// <param name="Since">When it was told.</param>
    public sealed record Rebooting(ValueList<SpecKey> Disks, bool ByGuest, bool PowerOffSeen, Attempt? StopAttempt,
        Admission Admission, Attempt Last, DateTimeOffset Since) : Active(Disks, Admission, Last, Since);

    /// <summary>Published as Migrating: the guest is leaving for another server. A stop waits for the outcome, but no
    /// longer than half its grace.</summary>
    /// <param name="Disks">All of them.</param>
    /// <param name="Migration">Which migration.</param>
    /// <param name="Stage">How far it is.</param>
    /// <param name="StopAttempt">The grace that runs because a stop was asked for.</param>
    /// <param name="Admission">Decides which requests are taken.</param>
    /// <param name="Last">The latest thing the machine was told.</param>
    /// <param name="Since">When it came to this stage.</param>
    public sealed record MigratingOut(ValueList<SpecKey> Disks, Guid Migration, MigrationOutStage Stage,
        Attempt? StopAttempt, Admission Admission, Attempt Last, DateTimeOffset Since)
        : Active(Disks, Admission, Last, Since);

    /// <summary>Still published as Migrating: the migration failed after the target may have activated the disks, and
    /// they are being taken back. The guest stands still until all are.</summary>
    /// <param name="Disks">All of them.</param>
    /// <param name="Inactive">Those that are not back yet.</param>
    /// <param name="Limit">The attempt of the limit that bounds it.</param>
    /// <param name="Admission">Decides which requests are taken.</param>
    /// <param name="Last">The latest thing the machine was told.</param>
    /// <param name="Since">When the migration failed.</param>
    public sealed record Reclaiming(ValueList<SpecKey> Disks, ValueList<SpecKey> Inactive, Attempt Limit,
        Admission Admission, Attempt Last, DateTimeOffset Since) : Active(Disks, Admission, Last, Since);

    /// <summary>Still published as Migrating: the migration failed and the machine was told to let the guest run on.</summary>
    public sealed record Resuming(ValueList<SpecKey> Disks, Admission Admission, Attempt Last, DateTimeOffset Since)
        : Active(Disks, Admission, Last, Since);

    /// <summary>The guest is the target's; what is left here is only to tell it so, and to end.</summary>
    public sealed record HandedOver(
        ValueList<SpecKey> Disks, Guid Migration, Admission Admission, Attempt Last, DateTimeOffset Since)
        : Active(Disks, Admission, Last, Since);

    /// <summary>Published as Migrating: the guest is coming from another server. A stop waits for the outcome, but no
    /// longer than half its grace.</summary>
    /// <param name="Disks">All of them.</param>
    /// <param name="Inactive">Those that are not active; all while importing, none while holding.</param>
    /// <param name="Migration">Which migration.</param>
    /// <param name="Stage">How far it is.</param>
    /// <param name="StopAttempt">The grace that runs because a stop was asked for.</param>
    /// <param name="Admission">Decides which requests are taken.</param>
    /// <param name="Last">The latest thing the machine was told.</param>
    /// <param name="Since">When it came to this stage.</param>
    public sealed record MigratingIn(ValueList<SpecKey> Disks, ValueList<SpecKey> Inactive, Guid Migration,
        MigrationInStage Stage, Attempt? StopAttempt, Admission Admission, Attempt Last, DateTimeOffset Since)
        : Active(Disks, Admission, Last, Since);

    /// <summary>Published as Stopping; the machine was told to halt.</summary>
    /// <param name="Disks">All of them.</param>
    /// <param name="Grace">The grace that bounds it.</param>
    /// <param name="Admission">Decides which requests are taken.</param>
    /// <param name="Last">The latest thing the machine was told: this halt.</param>
    /// <param name="Since">When it was told.</param>
    public sealed record Halting(ValueList<SpecKey> Disks, Attempt Grace,
        Admission Admission, Attempt Last, DateTimeOffset Since) : Active(Disks, Admission, Last, Since);

    /// <summary>The machine is gone and the volumes are no longer wanted. Published as Stopped; after a failure, as
    /// whatever was published before it.</summary>
    /// <param name="Disks">All of them.</param>
    /// <param name="Held">Those that have not let go yet; at least one.</param>
    /// <param name="Unflushed">Those that let go without having flushed everything.</param>
    /// <param name="FailureReason">Why the VM will be Failed, or null when it will be Destroyed.</param>
    /// <param name="Grace">The grace that bounds it.</param>
    /// <param name="Admission">Decides which requests are taken.</param>
    /// <param name="Last">The latest thing the machine was told.</param>
    /// <param name="Since">When the demand was withdrawn.</param>
    public sealed record Releasing(ValueList<SpecKey> Disks, ValueList<SpecKey> Held,
        ValueList<SpecKey> Unflushed, string? FailureReason, Attempt Grace,
        Admission Admission, Attempt Last, DateTimeOffset Since)
        : Active(Disks, Admission, Last, Since);

    /// <summary>Published as Destroyed, or as Failed with its reason. Nothing can happen to it any more.</summary>
    /// <param name="FailureReason">Why it failed, or null.</param>
    /// <param name="Outcome">What became of its guest's writes.</param>
    /// <param name="Since">When.</param>
    public sealed record Ended(string? FailureReason, VmOutcome Outcome, DateTimeOffset Since) : VmState(Since);

    /// <summary>Which requests can reach it.</summary>
    public VmPhase Phase => this switch
    {
        New => VmPhase.NoVm,
        Initializing or AwaitingSource => VmPhase.WaitingForInit,
        Active => VmPhase.Active,
        Ended => VmPhase.Ended,
        _ => throw new UnreachableException(),
    };

    /// <summary>Why it failed or is about to, for people; null when it did not.</summary>
    public string? Failure => this switch
    {
        Releasing s => s.FailureReason,
        Ended s => s.FailureReason,
        _ => null,
    };

    /// <summary>What it waits for. Empty only when there is no VM, or no more.</summary>
    public ValueList<Waiting> WaitsFor => this switch
    {
        New or Ended => [],
        Initializing => [new("machine", "to be built", Since, "the limit on building")],
        Created => [new("client", "to run it", Since, "a run or a stop")],
        Starting s => WaitFor(s.Inactive, "to become active", "its servers, a replacement, or a stop"),
        AwaitingSource => [new("migration source", "to say what the VM is made of", Since, "the limit on the migration")],
        MigratingIn { Stage: MigrationInStage.Importing }
            => [new("migration source", "to send the guest", Since, "the limits on the migration, or a stop")],
        MigratingIn { Stage: MigrationInStage.Activating } s
            => WaitFor(s.Inactive, "to become active", "its servers, a replacement, the limit on the migration, or a stop"),
        MigratingIn => [new("migration source", "to let go of the guest", Since, "the limit on the migration, or a stop")],
        MigratingOut { StopAttempt: not null }
            => [new("migration target", "to take the guest, which stops here otherwise", Since, "the grace of the stop")],
        MigratingOut { Stage: MigrationOutStage.Copying }
            => [new("migration target", "to take a copy of the guest", Since, "the limits on the migration, or a stop")],
        MigratingOut { Stage: MigrationOutStage.Pausing }
            => [new("machine", "to finish its writes and pause", Since, "a replacement, the limit on the pause, or a stop")],
        MigratingOut
            => [new("migration target", "to activate the disks", Since, "the limits on the migration, or a stop")],
        Reclaiming s => WaitFor(s.Inactive, "to be taken back from the migration's target",
            "its servers, a replacement, the limit on taking back, or a stop"),
        Resuming => [new("machine", "to let the guest run on", Since, "a stop")],
        HandedOver => [new("migration", "to tell the target that the guest is its own", Since, "the end of the connection")],
        Booting => [new("machine", "to start", Since, "a stop")],
        Running => [new("guest", "to run", Since, "the guest powering off, or a stop")],
        Rebooting { StopAttempt: null } => [new("machine", "to reset", Since, "a stop")],
        Rebooting => [new("machine", "to reset, and to stop then", Since, "the grace of the stop")],
        Halting => [new("machine", "to finish its writes and halt", Since, "the grace of the stop")],
        Releasing s => WaitFor(s.Held, "to flush and let go", "the grace of the stop"),
        _ => throw new UnreachableException(),
    };

    private ValueList<Waiting> WaitFor(ValueList<SpecKey> disks, string why, string freedBy) =>
        ValueList.From(disks.Select(disk => new Waiting($"disk {disk}", why, Since, freedBy)));
}
