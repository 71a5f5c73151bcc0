using System.Text;
using Akka.Actor;
using Propolis.Core.Lifecycle;
using Propolis.Core.Migration;
using Propolis.Core.Serial;
using Propolis.Machines;
using PropolisActors.Actors;
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
    public void History_comes_in_large_pieces_and_what_is_printed_now_in_small_ones()
    {
        Ensure();
        Machine.Raise(new MachineEvent.SerialOutput(new byte[20_000]));
        var reader = CreateTestProbe();
        Directory.Tell(new SerialProtocol.Attach(Vm, reader.Ref, new SerialStart.FromStart(0)));
        var console = ExpectMsg<SerialProtocol.Attached>().Console;
        var pieces = new List<int>();
        void Take(int count)
        {
            for (var i = 0; i < count; i++)
            {
                pieces.Add(reader.ExpectMsg<SerialProtocol.Output>().Data.Length);
                console.Tell(new SerialProtocol.OutputTaken(reader.Ref));
            }
        }

        Take(2);
        Machine.Raise(new MachineEvent.SerialOutput(new byte[2500]));
        Take(3);

        Assert.Equal([16_384, 3616, 1024, 1024, 452], pieces);
    }

    [Fact]
    public void Readers_are_told_where_the_guest_goes_on_and_the_console_stays_for_the_case_that_it_comes_back()
    {
        Ensure();
        Machine.Raise(new MachineEvent.SerialOutput("before"u8.ToArray()));
        var reader = CreateTestProbe();
        Directory.Tell(new SerialProtocol.Attach(Vm, reader.Ref, null));
        var console = ExpectMsg<SerialProtocol.Attached>().Console;

        console.Tell(new SerialConsole.Move("10.0.0.1:12400"));

        Assert.Equal(6UL, ExpectMsg<MigrationInput.ConsoleExported>().History.TotalBytes);

        Assert.Equal(new SerialProtocol.Moved("10.0.0.1:12400", 6), reader.ExpectMsg<SerialProtocol.Moved>());
        Directory.Tell(new SerialProtocol.Attach(Vm, reader.Ref, new SerialStart.FromStart(0)));
        ExpectMsg<SerialProtocol.Attached>();
        Assert.Equal("before", Text(reader.ExpectMsg<SerialProtocol.Output>()));
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
