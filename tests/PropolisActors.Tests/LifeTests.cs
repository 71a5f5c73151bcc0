using Akka.Actor;
using Crucible.Wire;
using Propolis.Core.Lifecycle;
using Propolis.Machines;
using PropolisActors.Protocols;

namespace PropolisActors.Tests;

/// <summary>What a VM publishes over its life, with the generations clients count on.</summary>
public sealed class LifeTests : VmTestKit
{
    [Fact]
    public void Run_demands_every_volume_at_once()
    {
        Ensure();
        Put(StateRequest.Run);
        Assert.Equal(InstanceState.Starting, Monitor(2).State);

        AwaitCondition(() => Volumes[Alpha].Activations == 1 && Volumes[Beta].Activations == 1);
        Assert.Equal(0, Machine.Starts);
    }

    [Fact]
    public void Normal_life_publishes_creating_to_destroyed_as_generations_1_to_6()
    {
        Ensure();
        Assert.Equal((1UL, InstanceState.Creating), Seen(1));
        Put(StateRequest.Run);
        Assert.Equal((2UL, InstanceState.Starting), Seen(2));
        Volumes[Alpha].BecomeActive();
        Volumes[Beta].BecomeActive();
        Assert.Equal((3UL, InstanceState.Running), Seen(3));
        Machine.IsStuck = true;
        Put(StateRequest.Stop);
        Assert.Equal((4UL, InstanceState.Stopping), Seen(4));

        // A repeat is answered after the first has been taken in full, so the grace is running now.
        Put(StateRequest.Stop);
        // The machine never obeys: the grace ends it.
        Scheduler.Advance(ServiceOptions.Default.StopGrace);

        Assert.Equal((6UL, InstanceState.Destroyed), Seen(6));
    }

    [Fact]
    public void Stop_of_a_running_vm_waits_for_its_volumes_to_flush()
    {
        EnsureRunning();
        Put(StateRequest.Stop);
        Assert.Equal((5UL, InstanceState.Stopped), Seen(5));

        LetVolumesGo();

        Assert.Equal((6UL, InstanceState.Destroyed), Seen(6));
    }

    [Fact]
    public void Stop_while_starting_is_destroyed_at_generation_4_without_any_server()
    {
        Ensure();
        Put(StateRequest.Run);
        Assert.Equal((2UL, InstanceState.Starting), Seen(2));

        Put(StateRequest.Stop);

        Assert.Equal((4UL, InstanceState.Destroyed), Seen(4));
        Assert.Equal(0, Machine.Starts);
    }

    [Fact]
    public void Refused_activation_fails_the_vm_with_the_disk_and_the_reason()
    {
        Ensure();
        Put(StateRequest.Run);
        Volumes[Beta].RefuseActivation(new CrucibleError.Negotiation(new NegotiationError.GenerationNumberTooLow(1, 5)));

        Assert.Equal((3UL, InstanceState.Failed), Seen(3));
        Directory.Tell(new VmProtocol.GetInstance(Vm));
        var reason = ExpectMsg<VmProtocol.Instance>().FailureReason;
        Assert.Contains(Beta.ToString(), reason, StringComparison.Ordinal);
        Assert.Contains("requested 1, found 5", reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Volume_taken_over_by_a_newer_upstairs_leaves_the_running_vm_as_it_is()
    {
        EnsureRunning();

        Volumes[Beta].BecomeDisabled(new CrucibleError.Plain(CrucibleErrorKind.NoLongerActive));

        Directory.Tell(new VmProtocol.GetDiskStatus(Vm, Beta.ToString()));
        ExpectMsg<VolumeProtocol.VolumeStatus>();
        Assert.Equal((3UL, InstanceState.Running), Seen(0));
    }

    [Fact]
    public void Guest_power_off_ends_the_vm_like_a_stop()
    {
        EnsureRunning();
        LetVolumesGo();

        Machine.Raise(new MachineEvent.GuestPoweredOff());

        Assert.Equal((6UL, InstanceState.Destroyed), Seen(6));
    }

    [Fact]
    public void Reboot_keeps_the_disks_active()
    {
        EnsureRunning();

        Put(StateRequest.Reboot);

        Assert.Equal((5UL, InstanceState.Running), Seen(5));
        Assert.Equal(1, Volumes[Alpha].Activations);
    }

    [Fact]
    public void Vcr_that_cannot_be_built_fails_the_vm_and_a_new_one_may_follow()
    {
        Directory.Tell(EnsureCommand(betaVcr: "not a vcr"));
        Assert.Equal(500, ExpectRefused().Status);
        Assert.Equal((2UL, InstanceState.Failed), Seen(0));

        Ensure();

        Assert.Equal((1UL, InstanceState.Creating), Seen(0));
    }

    [Fact]
    public void Second_creation_is_a_conflict_while_the_vm_lives()
    {
        Ensure();

        Directory.Tell(EnsureCommand());

        Assert.Equal((409, "AlreadyInitialized"), ExpectRefused() is var why ? (why.Status, why.ErrorCode) : default);
    }

    [Fact]
    public void Monitor_waiting_for_more_than_the_end_is_released_with_410()
    {
        Ensure();
        var waiter = CreateTestProbe();
        Directory.Tell(new VmProtocol.Monitor(Vm, Guid.NewGuid(), 5), waiter.Ref);

        Put(StateRequest.Stop);

        Assert.Equal(410, waiter.ExpectMsg<VmProtocol.Refused>().Why.Status);
    }

    [Fact]
    public void Everything_about_a_vm_that_never_was_is_424()
    {
        Directory.Tell(new VmProtocol.GetInstance(Vm));
        Assert.Equal(424, ExpectRefused().Status);
        Directory.Tell(new VmProtocol.PutState(Vm, StateRequest.Stop));
        Assert.Equal(424, ExpectRefused().Status);
    }

    private (ulong Gen, InstanceState State) Seen(ulong gen)
    {
        var snapshot = Monitor(gen);
        return (snapshot.Gen, snapshot.State);
    }
}
