using Akka.Actor;
using Crucible.Core.Upstairs;
using Crucible.Core.Volumes;
using Crucible.Wire;
using Propolis.Core.Lifecycle;
using Propolis.Core.Spec;
using PropolisActors.Protocols;

namespace PropolisActors.Tests;

/// <summary>A replacement is taken up in every phase of the VM, and no disk waits for another.</summary>
public sealed class ReplacementTests : VmTestKit
{
    [Fact]
    public void Replacement_before_the_vm_runs_is_started_and_shown_in_the_spec()
    {
        Ensure();
        var corrected = Vcr(Beta, 2, 4, 5, 7);

        Replace(Beta, corrected);

        Assert.Equal(VolumeReplaceResult.Started, ExpectMsg<VmProtocol.VcrReplaced>().Result);
        Directory.Tell(new VmProtocol.GetInstance(Vm));
        var spec = ExpectMsg<VmProtocol.Instance>().Spec!.Spec;
        Assert.Equal(corrected, ((Component.CrucibleStorageBackend)spec.Components[SpecKey.Of(Beta)]).RequestJson);
    }

    [Fact]
    public void Replacement_while_starting_frees_the_vm()
    {
        Ensure();
        Put(StateRequest.Run);
        Volumes[Alpha].BecomeActive();
        Assert.Equal(InstanceState.Starting, Monitor(2).State);

        Replace(Beta, Vcr(Beta, 2, 4, 5, 7));
        Assert.Equal(VolumeReplaceResult.Started, ExpectMsg<VmProtocol.VcrReplaced>().Result);
        var (old, replacement) = Assert.Single(Volumes[Beta].Replaced);
        Assert.Equal((6, 7), (old.Port, replacement.Port));
        Volumes[Beta].BecomeActive();

        Assert.Equal(InstanceState.Running, Monitor(3).State);
        Assert.Equal(1, Machine.Starts);
    }

    [Fact]
    public void Second_of_two_stuck_disks_can_be_replaced_first()
    {
        Ensure();
        Put(StateRequest.Run);

        Replace(Beta, Vcr(Beta, 2, 4, 5, 7));
        ExpectMsg<VmProtocol.VcrReplaced>();
        Volumes[Beta].BecomeActive();
        Replace(Alpha, Vcr(Alpha, 2, 1, 2, 8));
        ExpectMsg<VmProtocol.VcrReplaced>();
        Volumes[Alpha].BecomeActive();

        Assert.Equal(InstanceState.Running, Monitor(3).State);
    }

    [Fact]
    public void Replacement_while_running_does_not_disturb_the_vm()
    {
        EnsureRunning();

        Replace(Alpha, Vcr(Alpha, 2, 1, 2, 8));

        Assert.Equal(VolumeReplaceResult.Started, ExpectMsg<VmProtocol.VcrReplaced>().Result);
        Assert.Equal(3UL, Monitor(0).Gen);
    }

    [Fact]
    public void Replacement_while_stopping_is_answered_at_once()
    {
        EnsureRunning();
        Machine.IsStuck = true;
        Put(StateRequest.Stop);
        Assert.Equal(InstanceState.Stopping, Monitor(4).State);

        Replace(Alpha, Vcr(Alpha, 2, 1, 2, 8));

        Assert.Equal(VolumeReplaceResult.Started, ExpectMsg<VmProtocol.VcrReplaced>().Result);
    }

    [Fact]
    public void Repeat_of_an_accepted_replacement_succeeds_until_the_copy_is_in_sync_and_after()
    {
        Ensure();
        var corrected = Vcr(Beta, 2, 4, 5, 7);
        Replace(Beta, corrected);
        ExpectMsg<VmProtocol.VcrReplaced>();

        Replace(Beta, corrected);
        Assert.Equal(VolumeReplaceResult.StartedAlready, ExpectMsg<VmProtocol.VcrReplaced>().Result);

        Put(StateRequest.Run);
        Volumes[Alpha].BecomeActive();
        Volumes[Beta].BecomeActive();
        Monitor(3);
        Replace(Beta, corrected);
        Assert.Equal(VolumeReplaceResult.CompletedAlready, ExpectMsg<VmProtocol.VcrReplaced>().Result);
        Assert.Single(Volumes[Beta].Replaced);
    }

    [Fact]
    public void Vcr_the_vm_was_created_with_is_refused_as_no_difference()
    {
        Ensure();

        Replace(Beta, Vcr(Beta, 1, 4, 5, 6));

        var why = ExpectRefused();
        Assert.Equal(400, why.Status);
        Assert.Contains("The VCRs have no difference", why.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{")]
    [InlineData("[]")]
    [InlineData("""{"type":"region"}""")]
    public void Malformed_vcr_is_refused_with_400_and_changes_nothing(string vcr)
    {
        Ensure();

        Replace(Beta, vcr);

        Assert.Equal((400, "malformed_vcr"), ExpectRefused() is var why ? (why.Status, why.ErrorCode) : default);
        Assert.Empty(Volumes[Beta].Replaced);
    }

    [Fact]
    public void Temporary_refusal_is_409_with_a_time_to_come_back()
    {
        Ensure();
        Volumes[Beta].NextReplacement = new ReplaceOutcome.Refused(
            RefusalDuration.Temporary, new CrucibleError.WithText(CrucibleErrorKind.ReplaceRequestInvalid, "slot 1 is stopping"));

        Replace(Beta, Vcr(Beta, 2, 4, 5, 7));

        var why = ExpectRefused();
        Assert.Equal(409, why.Status);
        Assert.NotNull(why.RetryAfter);
    }

    [Fact]
    public void Replacement_still_pending_when_the_vm_ends_is_answered_410()
    {
        Ensure();
        Volumes[Beta].HoldReplacements();
        Replace(Beta, Vcr(Beta, 2, 4, 5, 7));

        Directory.Tell(new VmProtocol.PutState(Vm, StateRequest.Stop));

        var answers = ReceiveN(2);
        Assert.Contains(answers, answer => answer is VmProtocol.StateAccepted);
        Assert.Contains(answers, answer => answer is VmProtocol.Refused { Why.Status: 410 });
        Assert.Equal(InstanceState.Destroyed, Monitor(4).State);
    }

    [Fact]
    public void Unknown_disk_is_404_and_a_vm_that_ended_is_424()
    {
        Ensure();
        var unknown = Guid.Parse("dddddddd-0000-4000-8000-000000000001");
        Replace(unknown, Vcr(unknown, 2, 4, 5, 7));
        Assert.Equal($"No crucible backend for id {unknown}", ExpectRefused().ErrorCode);

        Put(StateRequest.Stop);
        Assert.Equal(InstanceState.Destroyed, Monitor(4).State);
        Replace(Beta, Vcr(Beta, 2, 4, 5, 7));
        Assert.Equal(424, ExpectRefused().Status);
    }
}
