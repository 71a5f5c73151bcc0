using System.Text;
using Akka.Actor;
using Propolis.Core.Lifecycle;
using Propolis.Core.Serial;
using Propolis.Machines;
using PropolisActors.Protocols;

namespace PropolisActors.Tests;

public sealed class SerialConsoleTests : VmTestKit
{
    [Fact]
    public void Reader_from_the_start_gets_history_and_then_live_output_one_piece_at_a_time()
    {
        Ensure();
        Machine.Raise(new MachineEvent.SerialOutput("early "u8.ToArray()));
        var reader = CreateTestProbe();
        Directory.Tell(new SerialProtocol.Attach(Vm, reader.Ref, new SerialStart.FromStart(0)));
        var console = ExpectMsg<SerialProtocol.Attached>().Console;
        Assert.Equal("early ", Text(reader.ExpectMsg<SerialProtocol.Output>()));

        // Two pieces while the reader is busy arrive as one.
        Machine.Raise(new MachineEvent.SerialOutput("a"u8.ToArray()));
        Machine.Raise(new MachineEvent.SerialOutput("b"u8.ToArray()));
        console.Tell(new SerialProtocol.OutputTaken(reader.Ref));

        Assert.StartsWith("a", Text(reader.ExpectMsg<SerialProtocol.Output>()), StringComparison.Ordinal);
    }

    [Fact]
    public void Input_reaches_the_machine_and_its_echo_the_history()
    {
        Ensure();
        var reader = CreateTestProbe();
        Directory.Tell(new SerialProtocol.Attach(Vm, reader.Ref, null));
        var console = ExpectMsg<SerialProtocol.Attached>().Console;

        console.Tell(new SerialProtocol.Input("help\n"u8.ToArray()));

        Assert.Equal("help\n", Text(reader.ExpectMsg<SerialProtocol.Output>()));
        Directory.Tell(new SerialProtocol.GetHistory(Vm, new SerialStart.FromStart(0), 100));
        Assert.Equal(5UL, ExpectMsg<SerialProtocol.History>().LastByteOffset);
    }

    [Fact]
    public void Readers_are_closed_when_the_vm_ends()
    {
        Ensure();
        var reader = CreateTestProbe();
        Directory.Tell(new SerialProtocol.Attach(Vm, reader.Ref, null));
        ExpectMsg<SerialProtocol.Attached>();

        Put(StateRequest.Stop);

        Assert.True(reader.ExpectMsg<SerialProtocol.Closed>().VmStopped);
    }

    private static string Text(SerialProtocol.Output output) => Encoding.UTF8.GetString(output.Data.Span);
}
