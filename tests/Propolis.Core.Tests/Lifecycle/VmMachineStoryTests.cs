using Propolis.Core.Lifecycle;
using static Propolis.Core.Tests.Lifecycle.VmRun;

namespace Propolis.Core.Tests.Lifecycle;

public class VmMachineStoryTests
{
    [Fact]
    public void A_normal_life_publishes_six_generations()
    {
        var vm = new VmRun(A, B).Take(Run()).Settle().Take(Stop()).Settle();

        Assert.Equal("1 Creating, 2 Starting, 3 Running, 4 Stopping, 5 Stopped, 6 Destroyed", vm.Published);
        Assert.Null(Assert.IsType<VmState.Ended>(vm.State).FailureReason);
    }

    [Fact]
    public void A_normal_life_asks_for_exactly_what_it_needs_in_order()
    {
        var vm = new VmRun(A, B).Take(Run()).Settle().Take(Stop()).Settle();

        Assert.Equal<VmEffect>(
            [
                Publish(InstanceState.Creating),
                Accepted(1), Publish(InstanceState.Starting), new VmEffect.DemandVolumes(Active: true),
                new VmEffect.StartMachine(new(1)),
                Publish(InstanceState.Running),
                Accepted(2), new VmEffect.ArmStopGrace(new(2), Grace),
                Publish(InstanceState.Stopping), new VmEffect.HaltMachine(new(2), Grace),
                Publish(InstanceState.Stopped), new VmEffect.DemandVolumes(Active: false),
                Publish(InstanceState.Destroyed), new VmEffect.End(),
            ],
            vm.AllEffects);
    }

    [Fact]
    public void A_stop_before_ever_running_ends_at_once()
    {
        var vm = new VmRun(A).Take(Stop());

        Assert.Equal("1 Creating, 2 Stopping, 3 Stopped, 4 Destroyed", vm.Published);
        Assert.DoesNotContain(vm.AllEffects, e => e is VmEffect.DemandVolumes);
        Assert.IsType<VmEffect.End>(vm.Effects[^1]);
    }

    [Fact]
    public void A_stop_while_disks_are_starting_ends_at_once_and_waits_for_none()
    {
        var vm = new VmRun(A, B).Take(Run(), new VmInput.VolumeActive(A), Stop());

        Assert.Equal("1 Creating, 2 Starting, 3 Stopped, 4 Destroyed", vm.Published);
        Assert.Equal<VmEffect>(
            [
                Accepted(2), Publish(InstanceState.Stopped),
                new VmEffect.DemandVolumes(Active: false), new VmEffect.ForceVolumesInactive(),
                Publish(InstanceState.Destroyed), new VmEffect.End(),
            ],
            vm.Effects);
    }

    [Fact]
    public void A_stop_while_the_machine_is_being_started_kills_the_machine_and_ends_at_once()
    {
        var vm = new VmRun(A).Take(Run(), new VmInput.VolumeActive(A), Stop());

        Assert.Equal("1 Creating, 2 Starting, 3 Stopped, 4 Destroyed", vm.Published);
        Assert.Contains(new VmEffect.HaltMachine(new(2), TimeSpan.Zero), vm.Effects);
        Assert.Empty(vm.Take(new VmInput.MachineStarted(new(1)), new VmInput.MachineHalted(new(2))).Effects);
    }

    [Fact]
    public void A_disk_that_fails_to_start_fails_the_vm_and_says_which_and_why()
    {
        var vm = new VmRun(A, B).Take(Run(), new VmInput.VolumeFailed(B, "generation number is too low"));

        Assert.Equal("1 Creating, 2 Starting, 3 Failed", vm.Published);
        Assert.Equal("disk b: generation number is too low", vm.State.Failure);
        Assert.Contains(new VmEffect.ForceVolumesInactive(), vm.Effects);
        Assert.IsType<VmEffect.End>(vm.Effects[^1]);
    }

    [Fact]
    public void A_disk_that_fails_while_the_machine_is_being_started_fails_the_vm()
    {
        var vm = new VmRun(A).Take(Run(), new VmInput.VolumeActive(A), new VmInput.VolumeFailed(A, "overtaken"));

        Assert.Equal("1 Creating, 2 Starting, 3 Failed", vm.Published);
        Assert.Equal("disk a: overtaken", vm.State.Failure);
    }

    [Fact]
    public void A_guest_power_off_stops_the_vm()
    {
        var vm = new VmRun(A).Take(Run()).Settle().Take(new VmInput.GuestPowerOff()).Settle();

        Assert.Equal("1 Creating, 2 Starting, 3 Running, 4 Stopping, 5 Stopped, 6 Destroyed", vm.Published);
    }

    [Fact]
    public void A_failed_build_publishes_failed_as_generation_two()
    {
        var initializing = new VmState.Initializing([], Start);

        var (state, effects) = VmMachine.Step(
            initializing, new VmInput.BuildFailed("no serial port com1"), Start, new VmOptions());

        Assert.Equal<VmEffect>([Publish(InstanceState.Failed), new VmEffect.End()], effects);
        Assert.Equal("no serial port com1", state.Failure);
    }

    [Fact]
    public void A_reboot_leaves_the_disks_as_they_are()
    {
        var vm = new VmRun(A).Take(Run()).Settle().Take(Reboot());

        Assert.Equal<VmEffect>(
            [Accepted(3), Publish(InstanceState.Rebooting), new VmEffect.ResetMachine(new(2))], vm.Effects);
        vm.Settle();
        Assert.Equal("1 Creating, 2 Starting, 3 Running, 4 Rebooting, 5 Running", vm.Published);
        Assert.Single(vm.AllEffects.OfType<VmEffect.DemandVolumes>());
    }

    [Fact]
    public void Ten_rapid_reboots_are_all_accepted_and_collapse_into_one()
    {
        var vm = new VmRun(A).Take(Run()).Settle();
        for (var i = 10; i < 20; i++)
        {
            vm.Take(Reboot(i));
            Assert.Contains(Accepted(i), vm.Effects);
        }

        vm.Settle();
        Assert.Equal("1 Creating, 2 Starting, 3 Running, 4 Rebooting, 5 Running", vm.Published);
    }

    [Fact]
    public void A_reboot_during_the_guests_own_follows_it()
    {
        var vm = new VmRun(A).Take(Run()).Settle().Take(new VmInput.GuestReset(), Reboot()).Settle();

        Assert.Equal(
            "1 Creating, 2 Starting, 3 Running, 4 Rebooting, 5 Running, 6 Rebooting, 7 Running", vm.Published);
    }

    [Fact]
    public void A_stop_during_a_reboot_follows_it()
    {
        var vm = new VmRun(A).Take(Run()).Settle().Take(Reboot(), Stop()).Settle();

        Assert.Equal("1 Creating, 2 Starting, 3 Running, 4 Rebooting, 5 Running, 6 Stopping, 7 Stopped, 8 Destroyed",
            vm.Published);
        Assert.Single(vm.AllEffects.OfType<VmEffect.ArmStopGrace>());
    }

    [Fact]
    public void A_stop_during_a_reboot_that_hangs_ends_with_the_grace()
    {
        var vm = new VmRun(A).Take(Run()).Settle().Take(Reboot(), Stop());
        var grace = vm.Effects.OfType<VmEffect.ArmStopGrace>().Single();
        vm.Take(new VmInput.StopGraceElapsed(grace.Attempt));

        Assert.Equal(
            "1 Creating, 2 Starting, 3 Running, 4 Rebooting, 5 Stopping, 6 Stopped, 7 Destroyed", vm.Published);
        Assert.Contains(new VmEffect.ForceVolumesInactive(), vm.Effects);
        Assert.Contains(vm.Effects, e => e is VmEffect.HaltMachine { Grace.Ticks: 0 });
    }

    [Fact]
    public void A_power_off_during_a_reboot_stops_the_vm_after_it()
    {
        var vm = new VmRun(A).Take(Run()).Settle().Take(Reboot(), new VmInput.GuestPowerOff()).Settle();

        Assert.Equal("1 Creating, 2 Starting, 3 Running, 4 Rebooting, 5 Running, 6 Stopping, 7 Stopped, 8 Destroyed",
            vm.Published);
    }

    [Fact]
    public void A_power_off_seen_before_the_machines_word_of_its_start_is_not_lost()
    {
        var vm = new VmRun(A).Take(Run(), new VmInput.VolumeActive(A), new VmInput.GuestPowerOff());
        vm.Take(new VmInput.MachineStarted(new(1))).Settle();

        Assert.Equal("1 Creating, 2 Starting, 3 Running, 4 Stopping, 5 Stopped, 6 Destroyed", vm.Published);
    }

    [Fact]
    public void The_machine_starts_only_when_every_disk_is_active_at_the_same_time()
    {
        var vm = new VmRun(A, B).Take(Run());
        Assert.Contains(new VmEffect.DemandVolumes(Active: true), vm.Effects);
        Assert.Empty(vm.Take(new VmInput.VolumeActive(A)).Effects);
        Assert.Empty(vm.Take(new VmInput.VolumeInactive(A)).Effects);
        Assert.Empty(vm.Take(new VmInput.VolumeActive(B)).Effects);
        Assert.Empty(vm.Take(new VmInput.VolumeActive(B)).Effects);

        vm.Take(new VmInput.VolumeActive(A));

        Assert.Equal<VmEffect>([new VmEffect.StartMachine(new(1))], vm.Effects);
    }

    [Fact]
    public void A_vm_without_network_disks_starts_and_stops_too()
    {
        var vm = new VmRun().Take(Run()).Settle().Take(Stop()).Settle();

        Assert.Equal("1 Creating, 2 Starting, 3 Running, 4 Stopping, 5 Stopped, 6 Destroyed", vm.Published);
    }

    [Fact]
    public void A_disk_lost_while_the_guest_runs_changes_nothing_about_the_vm()
    {
        var vm = new VmRun(A).Take(Run()).Settle().Take(new VmInput.VolumeFailed(A, "overtaken"));

        Assert.Empty(vm.Effects);
        Assert.IsType<VmState.Running>(vm.State);
    }

    [Fact]
    public void A_machine_that_dies_fails_the_vm_once_its_disks_have_let_go()
    {
        var vm = new VmRun(A).Take(Run()).Settle().Take(new VmInput.MachineFailed(new(1), "process ended"));

        Assert.Equal<VmEffect>(
            [new VmEffect.ArmStopGrace(new(2), Grace), new VmEffect.DemandVolumes(Active: false)], vm.Effects);
        Assert.Equal<VmEffect>([Denied(1, DenialReason.InstanceFailed)], vm.Take(Run()).Effects);
        vm.Settle();
        Assert.Equal("1 Creating, 2 Starting, 3 Running, 4 Failed", vm.Published);
        Assert.Equal("process ended", vm.State.Failure);
    }

    [Fact]
    public void A_machine_that_dies_after_a_stop_was_taken_still_ends_destroyed()
    {
        var halting = new VmRun(A).Take(Run()).Settle()
            .Take(Stop(), new VmInput.MachineFailed(new(2), "gone")).Settle();
        var rebooting = new VmRun(A).Take(Run()).Settle()
            .Take(Reboot(), Stop(), new VmInput.MachineFailed(new(2), "gone")).Settle();

        Assert.EndsWith("4 Stopping, 5 Stopped, 6 Destroyed", halting.Published, StringComparison.Ordinal);
        Assert.EndsWith("5 Stopping, 6 Stopped, 7 Destroyed", rebooting.Published, StringComparison.Ordinal);
    }

    [Fact]
    public void The_answer_of_a_machine_told_otherwise_since_is_dropped()
    {
        var vm = new VmRun(A).Take(Run()).Settle().Take(Reboot(), Reboot()).Settle().Take(Stop());
        var before = vm.State;

        Assert.Empty(vm.Take(
            new VmInput.MachineStarted(new(1)), new VmInput.MachineReset(new(2)),
            new VmInput.MachineHalted(new(2)), new VmInput.MachineFailed(new(2), "late")).Effects);
        Assert.Equal(before, vm.State);
    }

    [Fact]
    public void A_grace_of_another_attempt_is_dropped()
    {
        var vm = new VmRun(A).Take(Run()).Settle().Take(Stop(), new VmInput.StopGraceElapsed(new(1)));

        Assert.Empty(vm.Effects);
        Assert.IsType<VmState.Halting>(vm.State);
    }

    [Fact]
    public void A_stop_whose_machine_does_not_halt_ends_with_the_grace()
    {
        var vm = new VmRun(A).Take(Run()).Settle().Take(Stop(), new VmInput.StopGraceElapsed(new(2)));

        Assert.Equal<VmEffect>(
            [
                Publish(InstanceState.Stopped), new VmEffect.HaltMachine(new(3), TimeSpan.Zero),
                new VmEffect.DemandVolumes(Active: false), new VmEffect.ForceVolumesInactive(),
                Publish(InstanceState.Destroyed), new VmEffect.End(),
            ],
            vm.Effects);
    }

    [Fact]
    public void A_stop_whose_disks_do_not_let_go_ends_with_the_same_grace()
    {
        var vm = new VmRun(A, B).Take(Run()).Settle()
            .Take(Stop(), new VmInput.MachineHalted(new(2)), new VmInput.VolumeInactive(A));
        Assert.Empty(vm.Effects);

        vm.Take(new VmInput.StopGraceElapsed(new(2)));

        Assert.Equal<VmEffect>(
            [new VmEffect.ForceVolumesInactive(), Publish(InstanceState.Destroyed), new VmEffect.End()], vm.Effects);
    }

    [Fact]
    public void A_guest_panic_is_noted_and_the_vm_goes_on()
    {
        var vm = new VmRun(A).Take(Run()).Settle().Take(new VmInput.GuestPanic());

        Assert.Equal<VmEffect>([new VmEffect.NoteGuestPanic()], vm.Effects);
        Assert.IsType<VmState.Running>(vm.State);
    }

    [Fact]
    public void Requests_after_the_end_find_no_instance()
    {
        var vm = new VmRun(A).Take(Stop());

        foreach (var (request, id) in new[] { (Run(), 1), (Stop(), 2), (Reboot(), 3) })
        {
            Assert.Equal<VmEffect>(
                [new VmEffect.Answer(new(id), new StateChangeAnswer.NoInstance())], vm.Take(request).Effects);
        }
    }

    [Fact]
    public void A_starting_vm_names_the_disks_it_waits_for()
    {
        var vm = new VmRun(A, B).Take(Run(), new VmInput.VolumeActive(A));

        var waiting = Assert.Single(vm.State.WaitsFor);
        Assert.Equal("disk b", waiting.Who);
        Assert.Equal(Start.AddSeconds(3), waiting.Since);
    }
}
