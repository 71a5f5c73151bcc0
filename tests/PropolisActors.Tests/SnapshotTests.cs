using Akka.Actor;
using Crucible.Core.Volumes;
using Crucible.Net;
using Crucible.Wire;
using Propolis.Core.Api;
using Propolis.Core.Lifecycle;
using PropolisActors.Actors;
using PropolisActors.Protocols;

namespace PropolisActors.Tests;

/// <summary>A snapshot is taken in every phase of the VM, holds up nothing, and is always answered.</summary>
public sealed class SnapshotTests : VmTestKit
{
    private static readonly Guid Name = Guid.Parse("dddddddd-0000-4000-8000-000000000001");

    [Fact]
    public void Snapshot_of_a_running_vms_disk_is_named_by_its_id_and_has_the_deadline()
    {
        EnsureRunning();

        Snapshot(Alpha.ToString());

        ExpectMsg<VmProtocol.SnapshotTaken>();
        Assert.Equal((Name.ToString(), TimeSpan.FromSeconds(60)), Assert.Single(Volumes[Alpha].Snapshots));
        Assert.Empty(Volumes[Beta].Snapshots);
    }

    [Fact]
    public void Snapshot_that_fails_says_why_in_both_fields()
    {
        EnsureRunning();
        Volumes[Beta].NextSnapshot = IoResult.Failed(CrucibleError.Io("too many inactive clients: need 3, got 2"));

        Snapshot(Beta.ToString());

        Assert.Equal(
            ApiError.DiskRefused("IO Error: too many inactive clients: need 3, got 2"), ExpectRefused());
    }

    [Fact]
    public void Snapshot_of_a_disk_that_is_not_there_is_worded_as_the_contract_words_it()
    {
        Snapshot("nope");
        Assert.Equal(ApiError.NoInstance, ExpectRefused());
        Ensure();
        Snapshot("nope");
        Assert.Equal(new ApiError(404, "no disk with id nope!", "Not Found"), ExpectRefused());
    }

    [Fact]
    public void Snapshot_under_way_holds_up_neither_a_replacement_nor_a_reboot_nor_a_stop()
    {
        EnsureRunning();
        LetVolumesGo();
        Volumes[Alpha].HoldSnapshots();
        var asker = CreateTestProbe();
        Directory.Tell(new VmProtocol.Snapshot(Vm, Alpha.ToString(), Name), asker.Ref);

        Replace(Alpha, Vcr(Alpha, 2, 1, 2, 8));
        Assert.Equal(VolumeReplaceResult.Started, ExpectMsg<VmProtocol.VcrReplaced>().Result);
        Put(StateRequest.Reboot);
        Assert.Equal(InstanceState.Running, Monitor(5).State);
        Put(StateRequest.Stop);
        Assert.Equal(InstanceState.Destroyed, Monitor(8).State);

        Assert.Equal(ApiError.VmDestroyed, asker.ExpectMsg<VmProtocol.Refused>().Why);
    }

    [Fact]
    public void More_snapshots_than_the_limit_are_told_to_come_again()
    {
        EnsureRunning();
        Volumes[Alpha].HoldSnapshots();
        for (var i = 0; i < VolumeActor.SnapshotsMax; i++)
            Snapshot(Alpha.ToString());

        Snapshot(Alpha.ToString());

        Assert.Equal((503, "Busy"), (ExpectRefused() is var why ? (why.Status, why.ErrorCode) : default));
        Volumes[Alpha].LetSnapshotsGo(IoResult.Ok);
        for (var i = 0; i < VolumeActor.SnapshotsMax; i++)
            ExpectMsg<VmProtocol.SnapshotTaken>();
        Snapshot(Alpha.ToString());
        ExpectMsg<VmProtocol.SnapshotTaken>();
    }

    [Fact]
    public async Task Nmi_reaches_the_machine_in_any_state_but_not_a_vm_that_has_ended()
    {
        Directory.Tell(new VmProtocol.InjectNmi(Vm));
        Assert.Equal(ApiError.NoInstance, ExpectRefused());
        Ensure();
        Directory.Tell(new VmProtocol.InjectNmi(Vm));
        ExpectMsg<VmProtocol.NmiInjected>();
        await Machine.Interrupts.Reader.ReadAsync();

        LetVolumesGo();
        Put(StateRequest.Stop);
        Assert.Equal(InstanceState.Destroyed, Monitor(4).State);
        Directory.Tell(new VmProtocol.InjectNmi(Vm));
        Assert.Equal(ApiError.NoInstance, ExpectRefused());
    }

    private void Snapshot(string disk) => Directory.Tell(new VmProtocol.Snapshot(Vm, disk, Name));
}
