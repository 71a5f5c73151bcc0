using System.Text;
using Propolis.Core.Migration;
using Propolis.Machines.Simulated;

namespace Propolis.Machines.Tests;

/// <summary>A simulated guest that goes from one machine to another.</summary>
public sealed class MovedGuestTests
{
    [Fact]
    public async Task A_guest_goes_on_with_its_command_its_load_and_its_terminal_line_where_it_stood()
    {
        var disk = new MemoryDisk(blocks: 4096);
        await using var here = Machine(disk, out var first);
        await here.StartAsync(default);
        await first.UntilAsync("ready");
        Type(here, "load 100000\rwrite 3\rverify 3\rhalf a li");
        await first.UntilAsync("load started");
        await here.PauseAsync(default);

        var image = await here.ExportAsync(default);
        await using var there = Machine(disk, out var second);
        await there.ImportAsync(image, default);
        await there.ResumeAsync(default);

        await second.UntilAsync("verify disk ok");
        Type(there, "ne\r");
        await second.UntilAsync("half a line");
        Type(there, "\u0003");
        await second.UntilAsync("load given up");
        Assert.DoesNotContain("differ", second.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_guest_that_stays_after_all_goes_on_as_if_nothing_was()
    {
        await using var machine = Machine(new MemoryDisk(blocks: 4096), out var console);
        await machine.StartAsync(default);
        await console.UntilAsync("ready");
        Type(machine, "write 3\rverify 3\r");
        await machine.PauseAsync(default);
        await machine.ExportAsync(default);
        Type(machine, "disks\r");

        await machine.ResumeAsync(default);

        await console.UntilAsync("verify disk ok");
    }

    [Fact]
    public async Task A_machine_that_runs_or_has_started_neither_exports_nor_imports()
    {
        await using var machine = Machine(new MemoryDisk(blocks: 64), out var console);
        await Assert.ThrowsAsync<InvalidOperationException>(() => machine.ExportAsync(default));
        await machine.StartAsync(default);
        await console.UntilAsync("ready");
        await Assert.ThrowsAsync<InvalidOperationException>(() => machine.ExportAsync(default));
        await Assert.ThrowsAsync<InvalidOperationException>(
            () => machine.ImportAsync(new MachineImage(new byte[8], []), default));
    }

    [Fact]
    public async Task An_image_that_is_none_is_refused_and_the_machine_stays_as_it_is()
    {
        byte[][] memories = [[], [1, 2, 3], new byte[16], [255, 255, 255, 255, 255, 255, 255, 127, 1], [2, 0, 0, 0, 0, 0, 0, 0, 0x7b, 0x7d]];
        foreach (var memory in memories)
        {
            await using var machine = Machine(new MemoryDisk(blocks: 64), out _);
            await Assert.ThrowsAsync<FormatException>(
                () => machine.ImportAsync(new MachineImage(memory, [new DeviceState("com1", "{}")]), default));
            await machine.StartAsync(default);
        }
    }

    private static SimulatedMachine Machine(MemoryDisk disk, out ConsoleText console)
    {
        var text = console = new ConsoleText();
        return new SimulatedMachine(
            new MachineConfig("vm", 1, 256, [new MachineDisk("disk", Boot: true, disk)]), text.Hear, TimeProvider.System);
    }

    private static void Type(SimulatedMachine machine, string text) => machine.WriteSerial(Encoding.ASCII.GetBytes(text));

    /// <summary>What a guest printed.</summary>
    private sealed class ConsoleText
    {
        private readonly Lock _lock = new();
        private readonly StringBuilder _text = new();
        private TaskCompletionSource _more = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public string Text
        {
            get
            {
                lock (_lock)
                    return _text.ToString();
            }
        }

        public void Hear(MachineEvent news)
        {
            if (news is not MachineEvent.SerialOutput output)
                return;
            lock (_lock)
            {
                _text.Append(Encoding.ASCII.GetString(output.Data.Span));
                _more.TrySetResult();
                _more = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            }
        }

        public async Task UntilAsync(string wanted)
        {
            while (true)
            {
                Task more;
                lock (_lock)
                {
                    if (_text.ToString().Contains(wanted, StringComparison.Ordinal))
                        return;
                    more = _more.Task;
                }

                await more.WaitAsync(TimeSpan.FromSeconds(60));
            }
        }
    }
}
