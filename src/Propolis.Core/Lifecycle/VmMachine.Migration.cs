using System.Diagnostics;
using Propolis.Core.Spec;
using static Propolis.Core.Lifecycle.VmTransition;

namespace Propolis.Core.Lifecycle;

// A VM that leaves for another server, and one that comes from there.
//
//   Running ──begun──> MigratingOut (copying, pausing, paused) ──handed over──> HandedOver ──> Ended
//      ^                     |               |
//      |                  failed      failed, and the target may have the disks
//      |                     v               v
//      +──────────────── Resuming <──── Reclaiming ──limit──> Ended (failed)
//
//   New ──> AwaitingSource ──> MigratingIn (importing, activating, holding) ──> Booting ──> Running
//                  |                  |              └─ a peer without hand-over ─> Starting ─┘
//                  +──────failed──────+──> Ended (failed)
//
// The one decision that cannot be taken back is HandOverWanted -> HandedOver: from then on this server never runs the guest
// again. It is taken here, so that a stop, a reset or a lost machine that came first wins. docs/migration.md has the protocol.
public static partial class VmMachine
{
    private static VmTransition? StepMigrating(VmState state, VmInput input, DateTimeOffset now, VmOptions options) =>
        (state, input) switch
        {
            (VmState.Active s, VmInput.MigrateOutRequested r) => AskMigration(s, r.Request),
            (_, VmInput.MigrateOutRequested r) => To(state, NoInstance(r.Request)),

            // What ends the guest's present run ends a migration that has not begun, and one that has.
            (VmState.Running { Admission.AwaitingMigrationOut: true } s, _) when Interrupts(s, input) is { } why
                => Then(To(Unasked(s), new VmEffect.AbortMigration(why)), input, now, options),
            (VmState.MigratingOut { StopAttempt: not null } s, _) when Interrupts(s, input) is { } why
                => StopAfter(s, now, options).After(new VmEffect.AbortMigration(why)),
            (VmState.MigratingOut s, not VmInput.StopRequested) when Interrupts(s, input) is { } why
                => Then(To(Stayed(s, now), new VmEffect.AbortMigration(why)), input, now, options),

            (VmState.Running { Admission.AwaitingMigrationOut: true } s, VmInput.MigrationOutBegun m) => To(
                new VmState.MigratingOut(
                    s.Disks, m.Migration, MigrationOutStage.Copying, StopAttempt: null, s.Admission, s.Last, now),
                new VmEffect.PublishMigrating(MigrationDirection.Out, m.Migration)),
            (VmState.MigratingOut { Stage: MigrationOutStage.Copying } s, VmInput.PauseWanted m) when m.Migration == s.Migration
                => Pause(s, now),
            (VmState.MigratingOut { Stage: MigrationOutStage.Pausing } s, VmInput.MachinePaused m) when m.Attempt == s.Last
                => To(s with { Stage = MigrationOutStage.Paused, Since = now }, new VmEffect.TellMigration(MigrationNews.GuestPaused)),
            (VmState.MigratingOut { Stage: MigrationOutStage.Paused } s, VmInput.HandOverWanted m) when m.Migration == s.Migration
                => To(
                    new VmState.HandedOver(s.Disks, s.Migration, new Admission(QueueState.MigratedOut), s.Last, now),
                    new VmEffect.TellMigration(MigrationNews.HandedOver)),
            (VmState.MigratingOut s, VmInput.MigrationOutFailed m) when m.Migration == s.Migration
                => Stay(s, m.ReclaimGeneration, now, options),
            (VmState.MigratingOut s, VmInput.StopGraceElapsed g) when g.Attempt == s.StopAttempt
                => StopAfter(s, now, options).After(new VmEffect.AbortMigration("a stop was asked for")),
            (VmState.HandedOver s, VmInput.HandOverSent m) when m.Migration == s.Migration => MigratedOut(s, now),
            // Even if nobody could be told: the guest is the target's, and it finds out by itself.
            (VmState.HandedOver s, VmInput.MigrationOutFailed m) when m.Migration == s.Migration => MigratedOut(s, now),
            (VmState.Active s, VmInput.MigrationOutFailed) => To(Unasked(s)),

            (VmState.Reclaiming s, VmInput.VolumeActive v) => AwaitReclaim(s, s.Inactive.Without(v.Disk), now),
            (VmState.Reclaiming s, VmInput.VolumeInactive v) => AwaitReclaim(
                s, ValueList.From(s.Disks.Where(d => d == v.Disk || s.Inactive.Contains(d))), now),
            (VmState.Reclaiming s, VmInput.ReclaimLimitElapsed l) when l.Attempt == s.Limit => CutVolumes(
                $"the migration failed and disk {s.Inactive[0]} could not be taken back from its target in time",
                AllFlushed(s.Disks), now).After(Kill(s)),
            (VmState.Resuming s, VmInput.MachineResumed m) when m.Attempt == s.Last => Resumed(s, now),
            (VmState.Resuming s, VmInput.GuestPowerOff or VmInput.GuestReset) => Then(Resumed(s, now), input, now, options),

            (VmState.New, VmInput.TargetEnsured t) => To(
                new VmState.AwaitingSource(t.Migration, now),
                new VmEffect.PublishMigrating(MigrationDirection.In, t.Migration)),
            (VmState.AwaitingSource s, VmInput.TargetBuilt t) => To(new VmState.MigratingIn(
                t.Disks, t.Disks, s.Migration, MigrationInStage.Importing, StopAttempt: null,
                new Admission(QueueState.StartPending), Attempt.None, now)),
            (VmState.AwaitingSource s, VmInput.MigrationInFailed m) when m.Migration == s.Migration
                => End(m.Reason, NothingLost([]), now),
            (VmState.MigratingIn { Stage: MigrationInStage.Importing } s, VmInput.DisksWanted m) when m.Migration == s.Migration
                => AwaitDisks(s with { Stage = MigrationInStage.Activating, Since = now }, s.Disks)
                    .After(new VmEffect.DemandVolumes(Active: true)),
            (VmState.MigratingIn { Stage: MigrationInStage.Activating } s, VmInput.VolumeActive v)
                => AwaitDisks(s, s.Inactive.Without(v.Disk)),
            (VmState.MigratingIn { Stage: not MigrationInStage.Importing } s, VmInput.VolumeFailed v)
                => CutVolumes(DiskFailure(v), NothingLost(s.Disks), now).After(Kill(s))
                    .After(new VmEffect.AbortMigration(DiskFailure(v))),
            (VmState.MigratingIn s, VmInput.GuestArrived m) when m.Migration == s.Migration => Arrive(s, now),
            (VmState.MigratingIn { StopAttempt: not null } s, VmInput.MigrationInFailed m) when m.Migration == s.Migration
                => StopHere(s, now),
            (VmState.MigratingIn s, VmInput.MigrationInFailed m) when m.Migration == s.Migration
                => CutVolumes(m.Reason, NothingLost(s.Disks), now).After(Kill(s)),
            (VmState.MigratingIn s, VmInput.StopGraceElapsed g) when g.Attempt == s.StopAttempt
                => StopHere(s, now).After(new VmEffect.AbortMigration("a stop was asked for")),

            // Stale: of a migration that is over.
            (not VmState.New, VmInput.MigrationOutBegun or VmInput.PauseWanted or VmInput.HandOverWanted
                or VmInput.HandOverSent or VmInput.MigrationOutFailed or VmInput.ReclaimLimitElapsed or VmInput.DisksWanted
                or VmInput.GuestArrived or VmInput.MigrationInFailed) => To(state),
            _ => null,
        };

    /// <summary>Why this input ends the run of the guest that is to leave, or null.</summary>
    private static string? Interrupts(VmState.Active state, VmInput input) => input switch
    {
        VmInput.StopRequested when !state.Admission.AwaitingStop => "a stop was asked for",
        VmInput.GuestPowerOff => "the guest powered itself off",
        VmInput.GuestReset => "the guest reset itself",
        VmInput.MachineFailed m when m.Attempt == state.Last && m.Attempt != Attempt.None => "the machine broke",
        _ => null,
    };

    private static VmTransition AskMigration(VmState.Active s, RequestId id) => s.Admission.DecideMigrationOut() switch
    {
        AdmissionVerdict.Denied d => To(s, new VmEffect.Answer(id, new StateChangeAnswer.Denied(d.Reason))),
        // While the guest resets or runs on after a failed migration, it waits for that; while it halts, for the end.
        AdmissionVerdict.Queued q => Admitted(s with { Admission = q.After }).After(Accepted(id)),
        _ => throw new UnreachableException(),
    };

    private static VmTransition Admitted(VmState.Active s) => s is VmState.Running { Admission.AwaitingMigrationOut: true }
        ? To(s, new VmEffect.TellMigration(MigrationNews.Admitted))
        : To(s);

    private static VmState.Active Unasked(VmState.Active s) =>
        s with { Admission = s.Admission with { AwaitingMigrationOut = false } };

    /// <summary>The VM as if it had not been asked to leave.</summary>
    private static VmState.Running Stayed(VmState.MigratingOut s, DateTimeOffset now) =>
        new(s.Disks, Unasked(s).Admission, s.Last, now);

    private static VmTransition Pause(VmState.MigratingOut s, DateTimeOffset now)
    {
        var attempt = s.Last.Next();
        return To(
            s with { Stage = MigrationOutStage.Pausing, Last = attempt, Since = now }, new VmEffect.PauseMachine(attempt));
    }

    /// <summary>The migration failed: the guest runs on, once its disks are its own.</summary>
    private static VmTransition Stay(
        VmState.MigratingOut s, ulong? reclaimGeneration, DateTimeOffset now, VmOptions options) => s switch
    {
        { StopAttempt: not null } => StopAfter(s, now, options),
        { Stage: MigrationOutStage.Copying } => To(Stayed(s, now), new VmEffect.Publish(InstanceState.Running)),
        _ when reclaimGeneration is { } generation => Reclaim(s, generation, now, options),
        _ => Resume(Unasked(s), now),
    };

    private static VmTransition Resume(VmState.Active s, DateTimeOffset now) => To(
        new VmState.Resuming(s.Disks, s.Admission, s.Last.Next(), now), new VmEffect.ResumeMachine(s.Last.Next()));

    private static VmTransition Resumed(VmState.Resuming s, DateTimeOffset now)
    {
        var running = new VmState.Running(s.Disks, s.Admission, s.Last, now);
        var next = s.Admission.AwaitingReboot ? Reset(running, byGuest: false, now) : Admitted(running);
        return next.After(new VmEffect.Publish(InstanceState.Running));
    }

    private static VmTransition Reclaim(
        VmState.MigratingOut s, ulong generation, DateTimeOffset now, VmOptions options)
    {
        var limit = s.Last.Next();
        return AwaitReclaim(new VmState.Reclaiming(s.Disks, s.Disks, limit, Unasked(s).Admission, limit, now), s.Disks, now)
            .After(new VmEffect.ArmReclaimLimit(limit, options.ReclaimLimit))
            .After(new VmEffect.ReclaimVolumes(generation));
    }

    private static VmTransition AwaitReclaim(VmState.Reclaiming s, ValueList<SpecKey> inactive, DateTimeOffset now) =>
        inactive.Count > 0 ? To(s with { Inactive = inactive }) : Resume(s, now);

    private static VmTransition MigratedOut(VmState.HandedOver s, DateTimeOffset now) => CutVolumes(
            null, VmOutcome.Of(VmEnd.MigratedOut, s.Disks, flushed: true), now)
        .After(Kill(s)).After(new VmEffect.Publish(InstanceState.Stopping));

    private static VmTransition AwaitDisks(VmState.MigratingIn s, ValueList<SpecKey> inactive) => inactive.Count > 0
        ? To(s with { Inactive = inactive })
        : To(s with { Inactive = [], Stage = MigrationInStage.Holding }, new VmEffect.TellMigration(MigrationNews.DisksActive));

    /// <summary>The guest is ours. A peer that knows no hand-over lets go before our disks are active.</summary>
    private static VmTransition Arrive(VmState.MigratingIn s, DateTimeOffset now) => s switch
    {
        { StopAttempt: not null } => StopHere(s, now).After(new VmEffect.Publish(InstanceState.Stopping)),
        { Stage: MigrationInStage.Importing } => AwaitVolumes(Imported(s, now), s.Disks, now)
            .After(new VmEffect.DemandVolumes(Active: true)),
        _ => AwaitVolumes(Imported(s, now), s.Inactive, now),
    };

    private static VmState.Starting Imported(VmState.MigratingIn s, DateTimeOffset now) =>
        new(s.Disks, s.Inactive, s.Admission, s.Last, now) { IsImported = true };

    /// <summary>A guest that never ran here has nothing to flush.</summary>
    private static VmTransition StopHere(VmState.MigratingIn s, DateTimeOffset now) =>
        CutVolumes(null, NothingLost(s.Disks), now).After(Kill(s)).After(new VmEffect.Publish(InstanceState.Stopped));

    /// <summary>The stop that waited for the migration's outcome, within the other half of the grace.</summary>
    private static VmTransition StopAfter(VmState.MigratingOut s, DateTimeOffset now, VmOptions options)
    {
        // Another number than the grace before, so that its end, if it is on its way, is not taken for this one's.
        var attempt = new Attempt(Math.Max(s.Last.Value, s.StopAttempt?.Value ?? 0)).Next();
        return To(
            new VmState.Halting(s.Disks, attempt, Unasked(s).Admission, attempt, now),
            new VmEffect.ArmStopGrace(attempt, options.StopGrace / 2),
            new VmEffect.Publish(InstanceState.Stopping), new VmEffect.HaltMachine(attempt, options.StopGrace / 2));
    }

    private static VmOutcome AllFlushed(ValueList<SpecKey> disks) => VmOutcome.Of(VmEnd.Forced, disks, flushed: true);

    private static VmTransition CarryOutMigrating(
        VmState.Active state, StateRequest request, DateTimeOffset now, VmOptions options) => (state, request) switch
    {
        (VmState.MigratingOut s, StateRequest.Stop) => To(
            s with { StopAttempt = s.Last.Next() }, new VmEffect.ArmStopGrace(s.Last.Next(), options.StopGrace / 2)),
        (VmState.MigratingIn s, StateRequest.Stop) => To(
            s with { StopAttempt = s.Last.Next() }, new VmEffect.ArmStopGrace(s.Last.Next(), options.StopGrace)),
        (VmState.Resuming s, StateRequest.Stop) => Halt(
            new VmState.Running(s.Disks, s.Admission, s.Last, now), now, options),
        (VmState.Resuming s, StateRequest.Reboot) => To(s),
        // The guest stands still and was flushed before its disks were offered: there is nothing to wait for.
        (VmState.Reclaiming s, StateRequest.Stop) => CutVolumes(null, AllFlushed(s.Disks), now).After(Kill(s))
            .After(new VmEffect.Publish(InstanceState.Stopped)).After(new VmEffect.Publish(InstanceState.Stopping)),
        (VmState.Reclaiming s, StateRequest.Reboot) => To(s),
        _ => throw new UnreachableException($"{request} in {state}"),
    };
}
