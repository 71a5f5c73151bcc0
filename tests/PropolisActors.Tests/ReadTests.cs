using Propolis.Core.Lifecycle;
using Propolis.Core.Serial;
using PropolisActors.Protocols;

namespace PropolisActors.Tests;

/// <summary>What is only read is answered from what was published, whatever the VM is stuck in.</summary>
public sealed class ReadTests : VmTestKit
{
    [Fact]
    public void Reads_are_answered_while_a_machine_does_not_answer_a_reboot()
    {
        EnsureRunning();
        Machine.IsStuck = true;
        Put(StateRequest.Reboot);
        Assert.Equal(InstanceState.Rebooting, Monitor(4).State);
        AssertReadable(InstanceState.Rebooting);
    }

    [Fact]
    public void Reads_are_answered_while_a_machine_does_not_answer_a_stop()
    {
        EnsureRunning();
        Machine.IsStuck = true;
        Put(StateRequest.Stop);
        Assert.Equal(InstanceState.Stopping, Monitor(4).State);
        AssertReadable(InstanceState.Stopping);
    }

    private void AssertReadable(InstanceState state)
    {
        Directory.Tell(new VmProtocol.GetInstance(Vm), TestActor);
        Assert.Equal(state, ExpectMsg<VmProtocol.Instance>().State.State);
        Directory.Tell(new VmProtocol.GetDiskStatus(Vm, Alpha.ToString()), TestActor);
        ExpectMsg<VolumeProtocol.VolumeStatus>();
        Directory.Tell(new SerialProtocol.GetHistory(Vm, new SerialStart.FromStart(0), 10), TestActor);
        ExpectMsg<SerialProtocol.History>();
    }
}
