using PropolisActors.Cli.Client;
using PropolisActors.Cli.Processes;
using PropolisActors.EndToEnd.Harness;

namespace PropolisActors.EndToEnd;

/// <summary>A VM that cannot start because a disk names a dead server, and every way out of that.</summary>
public sealed class StuckDiskTests
{
    [Theory]
    [InlineData(BlackHoleKind.Silent)]
    [InlineData(BlackHoleKind.Closed)]
    [InlineData(BlackHoleKind.HangsUp)]
    public async Task A_disk_with_a_dead_server_is_freed_by_a_replacement_while_the_vm_starts(BlackHoleKind kind)
    {
        await using var bench = await Bench.StartAsync();
        var hole = bench.Hole(kind);
        var replacement = await bench.ServerAsync();
        var alpha = await bench.DiskAsync("alpha");
        var beta = await bench.DiskAsync("beta", hole.Address);

        await bench.CreateAsync(alpha, beta);
        await bench.RunAsync();
        await bench.UntilAsync(alpha, status => status.IsActive);
        var stuck = await bench.UntilWaitsForThirdAsync(beta);
        var dead = stuck.RegionSets[0].Targets[2];
        Assert.Equal(hole.Address.ToString(), dead.TargetAddr);
        Assert.NotNull(dead.WaitingFor);
        Assert.NotNull(dead.Since);
        Assert.Equal(new StateSeen(2, "Starting"), await bench.StateAsync());

        beta = beta.With(slot: 2, replacement.Address, gen: 2);
        Assert.Equal("started", await bench.ReplaceAsync(beta));
        await bench.UntilAsync("Running");
        await bench.UntilAsync(beta, status => status.IsWhole);

        using (var guest = await bench.GuestAsync())
        {
            foreach (var command in (string[])["write 5", "flush", "verify 5"])
                await guest.RunOnAllAsync(command, ["alpha", "beta"], Limits.Token);
        }

        await bench.StopAsync();
        using (var guest = await bench.BootAsync(alpha.WithGen(10), beta.WithGen(10)))
            await guest.RunOnAllAsync("verify 5", ["alpha", "beta"], Limits.Token);
        await bench.StopAsync();
    }

    [Fact]
    public async Task A_disk_with_a_dead_server_starts_with_two_where_two_are_enough_and_is_made_whole_later()
    {
        await using var bench = await Bench.StartAsync(
            "propolis.volumes { activation-quorum = 2, activation-grace = 100ms }");
        var disk = await bench.DiskAsync("disk", bench.Hole(BlackHoleKind.Closed).Address);
        var replacement = await bench.ServerAsync();

        await bench.CreateAsync(disk);
        await bench.RunAsync();
        await bench.UntilAsync("Running");
        Assert.False((await bench.UntilAsync(disk, status => status.IsActive)).IsWhole);
        using (var guest = await bench.GuestAsync())
        {
            foreach (var command in (string[])["write 5", "flush", "verify 5"])
                await guest.RunOnAllAsync(command, ["disk"], Limits.Token);
        }

        disk = disk.With(slot: 2, replacement.Address, gen: 2);
        Assert.Equal("started", await bench.ReplaceAsync(disk));
        await bench.UntilAsync(disk, status => status.IsWhole);
        await bench.StopAsync();
    }

    [Fact]
    public async Task A_server_that_refuses_is_named_in_the_disk_status_with_the_error()
    {
        await using var bench = await Bench.StartAsync();
        var disk = await bench.DiskAsync("disk", bench.Hole(BlackHoleKind.Closed).Address);

        await bench.CreateAsync(disk);
        await bench.RunAsync();

        await bench.UntilAsync(disk, status => status.RegionSets[0].Targets[2].LastError is not null);
    }

    [Theory]
    [InlineData(BlackHoleKind.Silent)]
    [InlineData(BlackHoleKind.Closed)]
    public async Task A_stop_while_a_disk_waits_ends_in_Destroyed(BlackHoleKind kind)
    {
        await using var bench = await Bench.StartAsync();
        var disk = await bench.DiskAsync("disk", bench.Hole(kind).Address);
        await bench.CreateAsync(disk);
        await bench.RunAsync();
        await bench.UntilWaitsForThirdAsync(disk);
        var path = StateMonitor.UntilAsync(bench.Api, "Destroyed", Limits.Token);

        await bench.SendAsync(ApiRequest.PutState("Stop"));

        // The monitor tells the latest state, so one that passes quickly may be missing, but none may be another.
        var seen = await path;
        Assert.Empty(seen.Except([new(1, "Creating"), new(2, "Starting"), new(3, "Stopped"), new(4, "Destroyed")]));
        Assert.Equal(new StateSeen(4, "Destroyed"), seen[^1]);
    }

    [Fact]
    public async Task Two_stuck_disks_are_freed_in_any_order_and_each_at_once()
    {
        await using var bench = await Bench.StartAsync();
        var good = await bench.ServersAsync(2);
        var first = await bench.DiskAsync("first", bench.Hole().Address);
        var second = await bench.DiskAsync("second", bench.Hole().Address);
        await bench.CreateAsync(first, second);
        await bench.RunAsync();
        await bench.UntilWaitsForThirdAsync(first);
        await bench.UntilWaitsForThirdAsync(second);

        Assert.Equal("started", await bench.ReplaceAsync(second.With(slot: 2, good[1].Address, gen: 2)));
        await bench.UntilAsync(second, status => status.IsActive);
        Assert.Equal(new StateSeen(2, "Starting"), await bench.StateAsync());

        Assert.Equal("started", await bench.ReplaceAsync(first.With(slot: 2, good[0].Address, gen: 2)));
        var path = await bench.UntilAsync("Running");
        Assert.Equal(new StateSeen(3, "Running"), path[^1]);
    }
}
