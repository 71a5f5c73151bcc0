namespace Propolis.Machines.Tests;

public class HaltTests
{
    private static readonly TimeSpan Patience = MachineAtConsole.Patience;

    [Fact]
    public async Task Halt_lets_operations_in_flight_end_within_the_grace()
    {
        var disk = new MemoryDisk(1000);
        var time = new ManualTime();
        await using var at = await StuckWritingAsync(disk, time);

        var halt = at.Machine.HaltAsync(TimeSpan.FromSeconds(10), CancellationToken.None);
        await time.NextTimerAsync();
        Assert.False(halt.IsCompleted);
        disk.Release();
        await halt.WaitAsync(Patience);

        Assert.Equal(5, disk.Calls);
        Assert.NotEqual(new byte[512], disk.Block(1));
    }

    [Fact]
    public async Task Halt_cancels_operations_when_the_grace_is_over()
    {
        var disk = new MemoryDisk(1000);
        var time = new ManualTime();
        await using var at = await StuckWritingAsync(disk, time);

        var halt = at.Machine.HaltAsync(TimeSpan.FromSeconds(10), CancellationToken.None);
        await time.NextTimerAsync();
        time.Advance(TimeSpan.FromSeconds(9));
        Assert.False(halt.IsCompleted);
        time.Advance(TimeSpan.FromSeconds(1));
        await halt.WaitAsync(Patience);

        Assert.Equal(new byte[512], disk.Block(1));
    }

    [Fact]
    public async Task Halt_gives_up_a_disk_that_does_not_answer_its_cancellation()
    {
        var disk = new MemoryDisk(1000) { IgnoresCancellation = true };
        var time = new ManualTime();
        var at = await StuckWritingAsync(disk, time);

        var halt = at.Machine.HaltAsync(TimeSpan.FromSeconds(10), CancellationToken.None);
        await time.NextTimerAsync();
        time.Advance(TimeSpan.FromSeconds(10));
        await time.NextTimerAsync();
        Assert.False(halt.IsCompleted);
        time.Advance(TimeSpan.FromSeconds(1));
        await halt.WaitAsync(Patience);

        var disposal = at.DisposeAsync().AsTask();
        await time.NextTimerAsync();
        time.Advance(TimeSpan.FromSeconds(1));
        await disposal.WaitAsync(Patience);
        disk.Release();
    }

    [Fact]
    public async Task A_second_halt_with_a_shorter_grace_ends_both()
    {
        var disk = new MemoryDisk(1000);
        var time = new ManualTime();
        await using var at = await StuckWritingAsync(disk, time);

        var patient = at.Machine.HaltAsync(TimeSpan.FromHours(1), CancellationToken.None);
        await time.NextTimerAsync();
        await at.Machine.HaltAsync(TimeSpan.Zero, CancellationToken.None).WaitAsync(Patience);
        await patient.WaitAsync(Patience);
    }

    [Fact]
    public async Task Halt_of_a_machine_that_never_started_ends_at_once()
    {
        var disk = new MemoryDisk(10);
        await using var at = new MachineAtConsole(new ManualTime(), new MachineDisk("a", true, disk));
        await at.Machine.HaltAsync(TimeSpan.FromSeconds(10), CancellationToken.None).WaitAsync(Patience);
        Assert.Equal(0, disk.Calls);
    }

    [Fact]
    public async Task Halt_while_the_boot_block_is_stuck_ends_within_its_grace()
    {
        var disk = new MemoryDisk(10);
        disk.Hold();
        await using var at = new MachineAtConsole(new ManualTime(), new MachineDisk("a", true, disk));
        await at.Machine.StartAsync(CancellationToken.None).WaitAsync(Patience);
        await disk.Holding.WaitAsync(Patience);
        await at.Machine.HaltAsync(TimeSpan.Zero, CancellationToken.None).WaitAsync(Patience);
    }

    private static async Task<MachineAtConsole> StuckWritingAsync(MemoryDisk disk, ManualTime time)
    {
        var at = new MachineAtConsole(time, new MachineDisk("a", true, disk));
        await at.BootAsync();
        disk.Hold();
        at.Type("write\r");
        await disk.Holding.WaitAsync(Patience);
        return at;
    }
}
