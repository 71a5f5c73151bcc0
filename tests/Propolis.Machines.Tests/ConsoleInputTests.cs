using System.Text;
using Propolis.Machines.Simulated;

namespace Propolis.Machines.Tests;

public class ConsoleInputTests
{
    private static readonly string[] Disks = ["a", "7", "b-backend"];

    public static TheoryData<string, GuestCommand> Lines => new()
    {
        { "", new GuestCommand.Nothing() },
        { "   ", new GuestCommand.Nothing() },
        { "write", new GuestCommand.Write(null, 1) },
        { "write a", new GuestCommand.Write("a", 1) },
        { "write 18446744073709551615", new GuestCommand.Write(null, ulong.MaxValue) },
        { "write 7", new GuestCommand.Write("7", 1) },
        { " verify  b-backend   9 ", new GuestCommand.Verify("b-backend", 9) },
        { "verify x 9", new GuestCommand.Wrong("no disk 'x'; try 'disks'") },
        { "verify -1", new GuestCommand.Wrong("no disk '-1'; try 'disks'") },
        { "write a -1", new GuestCommand.Wrong("'-1' is no seed: a seed is a number from 0 to 18446744073709551615") },
        { "write a 1 1", new GuestCommand.Wrong("too many arguments; try 'help'") },
        { "flush", new GuestCommand.Flush(null) },
        { "flush a", new GuestCommand.Flush("a") },
        { "flush c", new GuestCommand.Wrong("no disk 'c'; try 'disks'") },
        { "load 1", new GuestCommand.Load(1) },
        { "load 1000000", new GuestCommand.Load(1_000_000) },
        { "load 0", new GuestCommand.Wrong("load: '0' is not a number of operations from 1 to 1000000") },
        { "load 1000001", new GuestCommand.Wrong("load: '1000001' is not a number of operations from 1 to 1000000") },
        { "load 99999999999999999999", new GuestCommand.Wrong(
            "load: '99999999999999999999' is not a number of operations from 1 to 1000000") },
        { "load", new GuestCommand.Wrong("load: wrong arguments; try 'help'") },
        { "poweroff now", new GuestCommand.Wrong("poweroff: wrong arguments; try 'help'") },
        { "disks", new GuestCommand.Disks() },
        { "help", new GuestCommand.Help() },
        { "poweroff", new GuestCommand.PowerOff() },
        { "reboot", new GuestCommand.Reboot() },
        { "panic", new GuestCommand.Panic() },
        { "Panic", new GuestCommand.Wrong("unknown command 'Panic'; try 'help'") },
    };

    [Theory]
    [MemberData(nameof(Lines))]
    public void A_line_is_one_command(string line, GuestCommand expected) =>
        Assert.Equal(expected, GuestCommand.Parse(line, Disks));

    [Theory]
    [InlineData("disks\r", "disks\r\n<disks>> ")]
    [InlineData("disks\r\n", "disks\r\n<disks>> ")]
    [InlineData("disks\n", "disks\r\n<disks>> ")]
    [InlineData("\r\n\r\n", "\r\n> \r\n> ")]
    [InlineData("dizz\b\bsks\r", "dizz\b \b\b \bsks\r\n<disks>> ")]
    [InlineData("\b\u007fdisks\r", "disks\r\n<disks>> ")]
    [InlineData("panic\u0003disks\r", "panic^C\r\n> disks\r\n<disks>> ")]
    [InlineData("di\0s\u001b\u0080\u00ffks\r", "disks\r\n<disks>> ")]
    [InlineData("\u00c3\u00a4\r", "\r\n> ")]
    public void Typed_bytes_are_echoed_and_cut_into_lines(string typed, string printed)
    {
        var expected = printed.Replace("<disks>", "disk a: 10 blocks of 512 bytes, read-write, boot\r\n", StringComparison.Ordinal);
        Assert.Equal(expected, TypeAtPrompt([Encoding.Latin1.GetBytes(typed)]));
    }

    [Fact]
    public void Overlong_lines_are_echoed_and_refused()
    {
        var longest = new string('x', GuestConsole.LineBytesMax);
        Assert.EndsWith($"{longest}\r\nunknown command '{longest}'; try 'help'\r\n> ",
            TypeAtPrompt([Encoding.ASCII.GetBytes(longest + "\r")]), StringComparison.Ordinal);
        Assert.Equal($"{longest}y\r\nline too long: at most 256 characters\r\n> ",
            TypeAtPrompt([Encoding.ASCII.GetBytes(longest + "y\r")]));
    }

    [Fact]
    public void Any_bytes_leave_the_guest_at_its_prompt()
    {
        // A fixed generator: every run types the same garbage.
        var state = 1UL;
        var garbage = new byte[20_000];
        for (var i = 0; i < garbage.Length; i++)
            garbage[i] = (byte)((state = BlockPattern.Mix(state)) >> 17);
        var output = TypeAtPrompt([.. garbage.Chunk(97), [0x03], "disks\r"u8.ToArray()]);
        Assert.EndsWith("> disks\r\ndisk a: 10 blocks of 512 bytes, read-write, boot\r\n> ", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Input_beyond_the_limit_is_dropped_and_counted()
    {
        await using var at = MachineAtConsole.With(new MachineDisk("a", true, new MemoryDisk(10)));
        await at.BootAsync();
        await at.Machine.PauseAsync(CancellationToken.None).WaitAsync(MachineAtConsole.Patience);
        at.Machine.WriteSerial(new byte[SimulatedMachine.SerialInputBytesMax]);
        at.Machine.WriteSerial(new byte[5]);
        await at.Machine.ResumeAsync(CancellationToken.None).WaitAsync(MachineAtConsole.Patience);
        Assert.Equal(new MachineEvent.SerialInputDropped(5), await at.NextNewsAsync());
        await at.DoAsync("disks", "boot\r\n> ");
    }

    /// <summary>Boots a guest with one small disk by hand and types at its prompt; disk operations succeed.</summary>
    private static string TypeAtPrompt(IEnumerable<byte[]> typed)
    {
        var disk = new MachineDisk("a", true, new MemoryDisk(10));
        var guest = new SimulatedGuest(new MachineConfig("n", 1, 1, [disk]), salt: 1);
        var effects = new GuestEffects();
        guest.Boot(effects);
        Settle(guest, effects);
        effects.Clear();
        foreach (var bytes in typed)
        {
            guest.Type(bytes, effects);
            Settle(guest, effects);
        }
        return Encoding.ASCII.GetString(effects.Output.WrittenSpan);
    }

    private static void Settle(SimulatedGuest guest, GuestEffects effects)
    {
        for (var i = 0; i < effects.Operations.Count; i++)
            guest.Completed(effects.Operations[i], Crucible.Net.IoResult.Ok, effects);
        effects.Operations.Clear();
    }
}
