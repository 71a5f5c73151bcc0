using System.Text.RegularExpressions;
using Crucible.Wire;

namespace Propolis.Machines.Tests;

public class SimulatedMachineTests
{
    private static readonly TimeSpan Patience = MachineAtConsole.Patience;

    [Fact]
    public async Task Boot_reads_block_0_of_the_boot_disk_and_shows_a_prompt()
    {
        var data = new MemoryDisk(100);
        var boot = new MemoryDisk(64, 4096, readOnly: true);
        await using var at = MachineAtConsole.With(new("data", false, data), new("os", true, boot));

        await at.BootAsync();

        Assert.Equal(
            "propolis simulated machine\r\n"
            + "name tested, cpus 2, memory 512 MiB, disks 2\r\n"
            + "disk data: 100 blocks of 512 bytes, read-write\r\n"
            + "disk os: 64 blocks of 4096 bytes, read-only, boot\r\n"
            + "boot disk os: block 0 read\r\n"
            + "ready\r\n> ",
            at.Text);
        Assert.Equal((0, 1), (data.Calls, boot.Calls));
    }

    [Fact]
    public async Task Boot_without_disks_comes_to_the_prompt()
    {
        await using var at = MachineAtConsole.With();
        await at.BootAsync();
        Assert.Contains("no boot disk", at.Text, StringComparison.Ordinal);
        await at.DoAsync("write", "no disks\r\n> ");
    }

    [Fact]
    public async Task Boot_panics_with_the_reason_when_block_0_cannot_be_read()
    {
        var disk = new MemoryDisk(100) { Fault = static _ => CrucibleError.Io("lost\nit") };
        await using var at = MachineAtConsole.With(new MachineDisk("os", true, disk));
        await at.Machine.StartAsync(CancellationToken.None).WaitAsync(Patience);

        var panic = Assert.IsType<MachineEvent.GuestPanicked>(await at.NextNewsAsync());

        Assert.Equal("boot disk os: block 0 cannot be read: IoError: lost?it", panic.Reason);
        Assert.Contains(panic.Reason, at.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Verify_in_a_later_machine_finds_what_was_written_and_only_with_its_seed()
    {
        var a = new MemoryDisk(1000);
        var b = new MemoryDisk(9, 4096);
        MachineDisk[] disks = [new("a", true, a), new("b", false, b)];
        await using (var first = MachineAtConsole.With(disks))
        {
            await first.BootAsync();
            var output = await first.DoAsync("write 77", "blocks\r\n> ");
            Assert.Contains("write a ok 499 blocks\r\n", output, StringComparison.Ordinal);
            Assert.Contains("write b ok 4 blocks\r\n", output, StringComparison.Ordinal);
            await first.DoAsync("flush", "ok\r\n> ");
            await first.Machine.HaltAsync(TimeSpan.FromSeconds(5), CancellationToken.None).WaitAsync(Patience);
        }
        await using var second = MachineAtConsole.With(disks);
        await second.BootAsync();
        var verified = await second.DoAsync("verify 77", "blocks\r\n> ");
        Assert.Contains("verify a ok 499 blocks\r\n", verified, StringComparison.Ordinal);
        Assert.Contains("verify b ok 4 blocks\r\n", verified, StringComparison.Ordinal);
        await second.DoAsync("verify a 78", "verify a bad block 1: ");
    }

    [Fact]
    public async Task Verify_names_the_first_bad_block_of_a_corrupted_disk()
    {
        var disk = new MemoryDisk(1000);
        await using var at = MachineAtConsole.With(new MachineDisk("a", true, disk));
        await at.BootAsync();
        await at.DoAsync("write a 5", "write a ok 499 blocks\r\n> ");
        disk.Corrupt(block: 300, byteInBlock: 511);
        disk.Corrupt(block: 211, byteInBlock: 0);
        disk.Corrupt(block: 211, byteInBlock: 9);

        await at.DoAsync("verify a 5", "verify a bad block 211: 2 of 512 bytes differ\r\n> ");
    }

    [Fact]
    public async Task Write_reports_the_error_of_a_disk_and_still_fills_the_other()
    {
        var bad = new MemoryDisk(1000) { Fault = static call => call == 0 ? null : CrucibleError.Io("gone") };
        await using var at = MachineAtConsole.With(new("bad", true, bad), new("good", false, new MemoryDisk(1000)));
        await at.BootAsync();
        at.Type("write\rverify good\r");
        var output = await at.ReadToAsync("verify good ok 499 blocks\r\n");
        Assert.Contains("write bad error at block 1: IoError: gone\r\n", output, StringComparison.Ordinal);
        Assert.Contains("write good ok 499 blocks\r\n", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Write_leaves_read_only_and_tiny_disks_out()
    {
        await using var at = MachineAtConsole.With(
            new("ro", true, new MemoryDisk(1000, readOnly: true)), new("tiny", false, new MemoryDisk(1)));
        await at.BootAsync();
        await at.DoAsync("write", "write ro skipped: read-only\r\nwrite tiny skipped: no room\r\n> ");
        await at.DoAsync("write ro", "write ro error at block 1: ModifyingReadOnlyRegion\r\n> ");
        await at.DoAsync("load 5", "load: no writable disk with room\r\n> ");
    }

    [Fact]
    public async Task Load_verifies_what_it_wrote_and_leaves_the_pattern_alone()
    {
        await using var at = MachineAtConsole.With(new("a", true, new MemoryDisk(5000)), new("b", false, new MemoryDisk(3)));
        await at.BootAsync();
        await at.DoAsync("write", "blocks\r\n> ");
        at.Type("load 2000\r");
        var output = await at.ReadToAsync("load done: ");
        Assert.Contains("load progress: 200 of 2000 operations, ", output, StringComparison.Ordinal);
        Assert.Contains("load progress: 1800 of 2000 operations, ", output, StringComparison.Ordinal);
        Assert.Matches(new Regex(@"load done: 2000 operations, \d+\.\d MiB, 0 errors", RegexOptions.None, Patience), output);
        await at.DoAsync("verify a", "verify a ok 2499 blocks\r\n> ");
    }

    [Fact]
    public async Task Load_counts_disk_errors_and_goes_on_without_calling_failed_writes_corruption()
    {
        var disk = new MemoryDisk(600) { Fault = static call => call % 7 == 3 ? CrucibleError.Io("flaky") : null };
        await using var at = MachineAtConsole.With(new MachineDisk("a", true, disk));
        await at.BootAsync();
        var output = await at.DoAsync("load 700", " errors\r\n> ");
        while (!output.Contains("load done", StringComparison.Ordinal))
            output += await at.ReadToAsync(" errors\r\n> ");
        Assert.Matches(new Regex(@"load done: 700 operations, .* 100 errors", RegexOptions.None, Patience), output);
        Assert.Contains(" error at block ", output, StringComparison.Ordinal);
        Assert.DoesNotContain("bad block", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Load_finds_a_disk_that_forgets_acknowledged_writes()
    {
        // Goal: the load's own check can fail. Method: a disk that corrupts one block of its load area after each call.
        var disk = new MemoryDisk(20);
        disk.Fault = call =>
        {
            disk.Corrupt(block: 12 + (call % 4), byteInBlock: 100);
            return null;
        };
        await using var at = MachineAtConsole.With(new MachineDisk("a", true, disk));
        await at.BootAsync();
        at.Type("load 400\r");
        var output = await at.ReadToAsync("load done: 400 operations");
        Assert.Contains("load a bad block 1", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_stuck_disk_holds_up_its_own_command_and_not_the_other_disk()
    {
        var stuck = new MemoryDisk(1000);
        await using var at = MachineAtConsole.With(new("stuck", true, stuck), new("free", false, new MemoryDisk(1000)));
        await at.BootAsync();
        stuck.Hold();
        await at.DoAsync("write", "write free ok 499 blocks\r\n");
        at.Type("\u0003");
        await at.ReadToAsync("^C\r\n> ");
        await at.DoAsync("verify free", "verify free ok 499 blocks\r\n> ");
    }

    [Fact]
    public async Task Poweroff_reboot_panic_and_nmi_are_told_to_the_owner()
    {
        await using var at = MachineAtConsole.With(new MachineDisk("a", true, new MemoryDisk(100)));
        await at.BootAsync();
        at.Machine.InjectNmi();
        await at.ReadToAsync("non-maskable interrupt\r\n> ");

        at.Type("reboot\r");
        Assert.IsType<MachineEvent.GuestReset>(await at.NextNewsAsync());
        await at.Machine.ResetAsync(CancellationToken.None).WaitAsync(Patience);
        await at.ReadToAsync("ready\r\n> ");

        at.Type("panic\r");
        Assert.Equal(new MachineEvent.GuestPanicked("asked for on the console"), await at.NextNewsAsync());
        await at.Machine.ResetAsync(CancellationToken.None).WaitAsync(Patience);
        await at.ReadToAsync("ready\r\n> ");

        at.Type("poweroff\r");
        Assert.IsType<MachineEvent.GuestPoweredOff>(await at.NextNewsAsync());
    }

    [Fact]
    public async Task Reset_with_stuck_operations_boots_again_and_drops_their_answers()
    {
        var disk = new MemoryDisk(1000) { IgnoresCancellation = true };
        await using var at = MachineAtConsole.With(new("os", true, new MemoryDisk(10)), new("a", false, disk));
        await at.BootAsync();
        disk.Hold();
        at.Type("write a\r");
        await disk.Holding.WaitAsync(Patience);

        await at.Machine.ResetAsync(CancellationToken.None).WaitAsync(Patience);
        await at.ReadToAsync("ready\r\n> ");
        disk.Release();
        var output = await at.DoAsync("write a 2", "write a ok 499 blocks\r\n> ");

        Assert.DoesNotContain("error", output, StringComparison.Ordinal);
        await at.DoAsync("verify a 2", "verify a ok 499 blocks\r\n> ");
    }

    [Fact]
    public async Task Pause_waits_for_operations_in_flight_and_resume_gives_the_guest_what_it_missed()
    {
        var disk = new MemoryDisk(1000);
        await using var at = MachineAtConsole.With(new MachineDisk("a", true, disk));
        await at.BootAsync();
        disk.Hold();
        at.Type("write\r");
        await disk.Holding.WaitAsync(Patience);

        var pause = at.Machine.PauseAsync(CancellationToken.None);
        at.Type("disks\r");
        Assert.False(pause.IsCompleted);
        disk.Release();
        await pause.WaitAsync(Patience);
        var callsWhilePaused = disk.Calls;
        await at.Machine.ResumeAsync(CancellationToken.None).WaitAsync(Patience);

        await at.ReadToAsync("write a ok 499 blocks\r\ndisk a: 1000 blocks");
        Assert.Equal(5, callsWhilePaused);
    }

    [Fact]
    public async Task Calls_out_of_order_are_refused_and_change_nothing()
    {
        await using var at = MachineAtConsole.With(new MachineDisk("a", true, new MemoryDisk(10)));
        var m = at.Machine;
        var ct = CancellationToken.None;
        await Assert.ThrowsAsync<InvalidOperationException>(() => m.ResumeAsync(ct).WaitAsync(Patience));
        await Assert.ThrowsAsync<InvalidOperationException>(() => m.ResetAsync(ct).WaitAsync(Patience));
        at.Type("lost\r");
        await at.BootAsync();
        await Assert.ThrowsAsync<InvalidOperationException>(() => m.StartAsync(ct).WaitAsync(Patience));
        await m.HaltAsync(TimeSpan.Zero, ct).WaitAsync(Patience);
        await m.HaltAsync(TimeSpan.Zero, ct).WaitAsync(Patience);
        await Assert.ThrowsAsync<InvalidOperationException>(() => m.ResetAsync(ct).WaitAsync(Patience));
        await m.DisposeAsync();
        await Assert.ThrowsAsync<ObjectDisposedException>(() => m.StartAsync(ct).WaitAsync(Patience));
        Assert.DoesNotContain("lost", at.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_machine_that_breaks_says_so_and_can_still_be_disposed_of()
    {
        // A block size of 0 is against the disk's contract, so it stands for any mistake of ours.
        var at = MachineAtConsole.With(new MachineDisk("a", true, new MemoryDisk(10, blockSizeBytes: 0)));
        await Assert.ThrowsAsync<InvalidOperationException>(
            () => at.Machine.StartAsync(CancellationToken.None).WaitAsync(Patience));
        Assert.IsType<MachineEvent.Failed>(await at.NextNewsAsync());
        at.Type("nobody listens");
        at.Machine.InjectNmi();
        await at.DisposeAsync().AsTask().WaitAsync(Patience);
    }
}
