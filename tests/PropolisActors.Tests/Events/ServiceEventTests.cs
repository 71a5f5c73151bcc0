using Akka.TestKit;
using Propolis.Core.Lifecycle;
using Propolis.Core.Spec;
using PropolisActors.Events;
using PropolisActors.Protocols;

namespace PropolisActors.Tests.Events;

/// <summary>What is told on the event stream while a VM lives.</summary>
public sealed class ServiceEventTests : VmTestKit
{
    private readonly TestProbe _heard;

    public ServiceEventTests()
    {
        _heard = CreateTestProbe();
        Sys.EventStream.Subscribe(_heard.Ref, typeof(ServiceEvent));
    }

    [Fact]
    public void Every_state_that_clients_see_is_told_in_order_with_its_generation()
    {
        EnsureRunning();
        LetVolumesGo();
        Put(StateRequest.Stop);

        List<(ulong, InstanceState)> told = [];
        while (told.Count < 6)
            told.Add(StateOf(_heard.FishForMessage(static m => m is ServiceEvent.VmStateChanged)));
        Assert.Equal(
            [
                (1, InstanceState.Creating), (2, InstanceState.Starting), (3, InstanceState.Running),
                (4, InstanceState.Stopping), (5, InstanceState.Stopped), (6, InstanceState.Destroyed),
            ],
            told);
    }

    [Fact]
    public void The_phases_of_each_volume_are_told()
    {
        EnsureRunning();
        LetVolumesGo();
        Put(StateRequest.Stop);

        List<string> told = [];
        while (told.Count < 5)
        {
            var change = (ServiceEvent.VolumeChanged)_heard.FishForMessage(
                static m => m is ServiceEvent.VolumeChanged { Disk: var disk } && disk.Equals(SpecKey.Of(Alpha)));
            told.Add(change.Phase.GetType().Name);
        }

        Assert.Equal(["Activating", "Active", "Deactivating", "Idle", "Ended"], told);
    }

    [Fact]
    public void A_replacement_is_told_when_it_is_accepted_whatever_the_vm_is_doing()
    {
        Ensure();
        Replace(Alpha, Vcr(Alpha, 2, 1, 2, 7));
        ExpectMsg<VmProtocol.VcrReplaced>();

        var told = (ServiceEvent.ReplacementChanged)_heard.FishForMessage(static m => m is ServiceEvent.ReplacementChanged);

        Assert.Equal((SpecKey.Of(Alpha), "127.0.0.1:3", "127.0.0.1:7", false), (told.Disk, $"{told.Old}", $"{told.New}", told.IsInSync));
    }

    private static (ulong Gen, InstanceState State) StateOf(object message) =>
        message is ServiceEvent.VmStateChanged e ? (e.State.Gen, e.State.State) : throw new InvalidCastException();
}
