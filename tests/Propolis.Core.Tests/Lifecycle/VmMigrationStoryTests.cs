using Propolis.Core.Lifecycle;
using static Propolis.Core.Tests.Lifecycle.VmRun;

namespace Propolis.Core.Tests.Lifecycle;

/// <summary>A VM that leaves for another server, and one that comes from there, as its own life goes.</summary>
public class VmMigrationStoryTests
{
    private static readonly VmInput HandOver = new VmInput.HandOverWanted(MigrationId);
    private static readonly VmInput DisksWanted = new VmInput.DisksWanted(MigrationId);
    private static readonly VmInput Arrived = new VmInput.GuestArrived(MigrationId);

    [Fact]
    public void A_vm_that_leaves_publishes_migrating_stopping_destroyed_and_no_stopped()
    {
        var vm = Paused(A, B).Take(HandOver, new VmInput.HandOverSent(MigrationId));

        Assert.Equal("1 Creating, 2 Starting, 3 Running, 4 Migrating, 5 Stopping, 6 Destroyed", vm.Published);
        Assert.Equal(
            new VmOutcome(VmEnd.MigratedOut, [new(A, true), new(B, true)]), Assert.IsType<VmState.Ended>(vm.State).Outcome);
    }

    [Fact]
    public void A_vm_that_comes_publishes_migrating_and_running_and_no_starting()
    {
        var vm = Importing(A, B).Take(DisksWanted, new VmInput.VolumeActive(A));
        Assert.Empty(vm.Effects);
        vm.Take(new VmInput.VolumeActive(B));
        Assert.Equal<VmEffect>([new VmEffect.TellMigration(MigrationNews.DisksActive)], vm.Effects);
        vm.Take(Arrived);
        Assert.Equal<VmEffect>([new VmEffect.ResumeMachine(new(1))], vm.Effects);

        Assert.Equal("1 Migrating, 2 Running", vm.Settle().Published);
    }

    [Fact]
    public void A_guest_that_arrives_without_hand_over_waits_for_its_disks_like_one_that_starts()
    {
        var vm = Importing(A).Take(Arrived);
        Assert.Equal<VmEffect>([new VmEffect.DemandVolumes(Active: true)], vm.Effects);

        Assert.Equal("1 Migrating, 2 Running", vm.Settle().Published);
    }

    [Fact]
    public void A_migration_is_let_in_at_once_and_says_migrating_only_when_both_ends_agree()
    {
        var vm = new VmRun(A).Take(Run()).Settle().Take(new VmInput.MigrateOutRequested(new(4), MigrationId));
        Assert.Equal<VmEffect>([Accepted(4), new VmEffect.TellMigration(MigrationNews.Admitted)], vm.Effects);

        vm.Take(new VmInput.MigrationOutFailed(MigrationId, null));

        Assert.Empty(vm.Effects);
        Assert.Equal("1 Creating, 2 Starting, 3 Running", vm.Published);
        Assert.Equal<VmEffect>(
            [Accepted(5), new VmEffect.TellMigration(MigrationNews.Admitted)],
            vm.Take(new VmInput.MigrateOutRequested(new(5), MigrationId)).Effects);
    }

    [Fact]
    public void A_migration_asked_for_during_a_reboot_begins_after_it()
    {
        var vm = new VmRun(A).Take(Run()).Settle().Take(Reboot(), new VmInput.MigrateOutRequested(new(4), MigrationId));
        Assert.Equal<VmEffect>([Accepted(4)], vm.Effects);

        Assert.Contains(new VmEffect.TellMigration(MigrationNews.Admitted), vm.Settle().Effects);
    }

    [Fact]
    public void A_migration_that_fails_before_the_pause_leaves_the_guest_running()
    {
        var vm = Leaving(A).Take(new VmInput.MigrationOutFailed(MigrationId, null));

        Assert.Equal<VmEffect>([Publish(InstanceState.Running)], vm.Effects);
        Assert.IsType<VmState.Running>(vm.State);
    }

    [Fact]
    public void A_migration_that_fails_before_the_disks_were_offered_just_lets_the_guest_run_on()
    {
        var vm = Paused(A).Take(new VmInput.MigrationOutFailed(MigrationId, null));
        Assert.Equal<VmEffect>([new VmEffect.ResumeMachine(new(3))], vm.Effects);

        Assert.EndsWith("4 Migrating, 5 Running", vm.Settle().Published, StringComparison.Ordinal);
    }

    [Fact]
    public void A_migration_that_fails_after_the_target_may_have_the_disks_takes_them_back_first()
    {
        var vm = Paused(A, B).Take(new VmInput.MigrationOutFailed(MigrationId, 7));
        Assert.Equal<VmEffect>(
            [new VmEffect.ReclaimVolumes(7), new VmEffect.ArmReclaimLimit(new(3), new VmOptions().ReclaimLimit)], vm.Effects);
        Assert.Empty(vm.Take(
            new VmInput.VolumeFailed(A, "overtaken, said before it heard of the taking back"), new VmInput.VolumeActive(B)).Effects);

        vm.Take(new VmInput.VolumeActive(A));

        Assert.Equal<VmEffect>([new VmEffect.ResumeMachine(new(4))], vm.Effects);
        Assert.EndsWith("4 Migrating, 5 Running", vm.Settle().Published, StringComparison.Ordinal);
    }

    [Fact]
    public void A_vm_that_cannot_take_its_disks_back_in_time_fails_and_names_the_disk()
    {
        var vm = Paused(A, B).Take(
            new VmInput.MigrationOutFailed(MigrationId, 7), new VmInput.VolumeActive(A), new VmInput.ReclaimLimitElapsed(new(3)));

        Assert.EndsWith("4 Migrating, 5 Failed", vm.Published, StringComparison.Ordinal);
        Assert.Contains("disk b could not be taken back", vm.State.Failure, StringComparison.Ordinal);
    }

    [Fact]
    public void A_stop_lets_the_migration_win_if_it_is_quick()
    {
        var vm = Paused(A).Take(Stop(), HandOver, new VmInput.HandOverSent(MigrationId));

        Assert.EndsWith("4 Migrating, 5 Stopping, 6 Destroyed", vm.Published, StringComparison.Ordinal);
    }

    [Fact]
    public void A_stop_ends_a_migration_that_takes_half_the_grace_and_halts_within_the_other_half()
    {
        var vm = Paused(A).Take(Stop());
        Assert.Equal<VmEffect>([Accepted(2), new VmEffect.ArmStopGrace(new(3), Grace / 2)], vm.Effects);

        vm.Take(new VmInput.StopGraceElapsed(new(3)));

        Assert.Equal<VmEffect>(
            [
                new VmEffect.AbortMigration("a stop was asked for"), new VmEffect.ArmStopGrace(new(4), Grace / 2),
                Publish(InstanceState.Stopping), new VmEffect.HaltMachine(new(4), Grace / 2),
            ],
            vm.Effects);
        Assert.Empty(vm.Take(HandOver).Effects);
        Assert.EndsWith("5 Stopping, 6 Stopped, 7 Destroyed", vm.Settle().Published, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_guest_that_ends_its_run_ends_the_migration(bool reset)
    {
        var vm = Leaving(A).Take(reset ? new VmInput.GuestReset() : new VmInput.GuestPowerOff());

        Assert.IsType<VmEffect.AbortMigration>(vm.Effects[0]);
        Assert.EndsWith(
            reset ? "4 Migrating, 5 Rebooting, 6 Running" : "4 Migrating, 5 Stopping, 6 Stopped, 7 Destroyed",
            vm.Settle().Published, StringComparison.Ordinal);
    }

    [Fact]
    public void A_target_whose_disk_is_taken_by_another_fails_and_never_runs_the_guest()
    {
        var vm = Importing(A).Take(DisksWanted, new VmInput.VolumeActive(A), new VmInput.VolumeFailed(A, "overtaken"));

        Assert.Equal("1 Migrating, 2 Failed", vm.Published);
        Assert.Equal("disk a: overtaken", vm.State.Failure);
        Assert.Empty(vm.Take(Arrived).Effects);
    }

    [Fact]
    public void A_target_that_is_stopped_while_its_guest_comes_stops_when_it_is_there()
    {
        var vm = Importing(A).Take(Stop(), DisksWanted, new VmInput.VolumeActive(A), Arrived);

        Assert.Equal("1 Migrating, 2 Stopping, 3 Stopped, 4 Destroyed", vm.Published);
        Assert.DoesNotContain(vm.AllEffects, e => e is VmEffect.ResumeMachine);
    }

    [Fact]
    public void A_stop_reports_which_disks_were_flushed()
    {
        var clean = new VmRun(A).Take(Run()).Settle().Take(Stop()).Settle();
        var late = new VmRun(A, B).Take(Run()).Settle().Take(
            Stop(), new VmInput.MachineHalted(new(2)), new VmInput.VolumeInactive(A), new VmInput.StopGraceElapsed(new(2)));
        var unflushed = new VmRun(A).Take(Run()).Settle().Take(
            Stop(), new VmInput.MachineHalted(new(2)), new VmInput.VolumeInactive(A, Flushed: false));
        var never = new VmRun(A).Take(Stop());

        Assert.Equal(new VmOutcome(VmEnd.Clean, [new(A, true)]), Outcome(clean));
        Assert.Equal(new VmOutcome(VmEnd.Forced, [new(A, true), new(B, false)]), Outcome(late));
        Assert.Equal(new VmOutcome(VmEnd.Forced, [new(A, false)]), Outcome(unflushed));
        Assert.Equal(new VmOutcome(VmEnd.NotStarted, [new(A, true)]), Outcome(never));
    }

    private static VmOutcome Outcome(VmRun vm) => Assert.IsType<VmState.Ended>(vm.State).Outcome;
}
