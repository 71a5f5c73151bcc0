using PropolisActors.Cli.Client;
using PropolisActors.EndToEnd.Harness;

namespace PropolisActors.EndToEnd;

/// <summary>A VM that moves between two services, with real disk servers under it.</summary>
public sealed class MigrationTests
{
    [Fact]
    public async Task A_vm_moves_there_and_back_under_load_and_its_data_and_its_console_with_it()
    {
        await using var here = await Bench.StartAsync();
        await using var there = await Bench.StartAsync();
        var alpha = await here.DiskAsync("alpha");
        var beta = await here.DiskAsync("beta");
        using (var guest = await here.BootAsync(alpha, beta))
        {
            await guest.RunOnAllAsync("write 7", ["alpha", "beta"], Limits.Token);
            await guest.TypeAsync("load 100000", Limits.Token);
            Assert.NotNull(await guest.WaitForAsync(["load started"], Limits.Token));
        }

        Assert.Equal("Finish", await Moving.MoveAsync(here, there, alpha.WithGen(2), beta.WithGen(2)));
        await there.UntilAsync("Running");
        await here.UntilAsync("Destroyed");
        using (var guest = await GuestConsole.OpenAsync(there.Target, Limits.Token))
        {
            Assert.NotNull(await guest.WaitForAsync(["load started"], Limits.Token));
            await guest.RunOnAllAsync("verify 7", ["alpha", "beta"], Limits.Token);
            await guest.TypeAsync("write 8", Limits.Token);
        }

        Assert.Equal("Finish", await Moving.MoveAsync(there, here, alpha.WithGen(3), beta.WithGen(3)));
        await here.UntilAsync("Running");
        using (var guest = await GuestConsole.OpenAsync(here.Target, Limits.Token))
        {
            // The command that ran when the guest left goes on where it was.
            await guest.RunOnAllAsync("verify 8", ["alpha", "beta"], Limits.Token);
            await guest.TypeAsync("\u0003", Limits.Token);
            Assert.NotNull(await guest.WaitForAsync(["load given up", "load done"], Limits.Token));
        }

        await here.StopAsync();
        Assert.Contains("\"how\":\"clean\"", await Moving.OutcomeAsync(here), StringComparison.Ordinal);
        Assert.Contains("\"how\":\"migrated_out\"", await Moving.OutcomeAsync(there), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_replaced_after_the_targets_request_was_made_is_known_to_the_target()
    {
        await using var here = await Bench.StartAsync();
        await using var there = await Bench.StartAsync();
        var servers = await here.ServersAsync(4);
        var disk = TestDisk.On("disk", servers[0].Address, servers[1].Address, servers[2].Address);
        using (var guest = await here.BootAsync(disk))
            await guest.RunOnAllAsync("write 3", ["disk"], Limits.Token);
        var body = await Moving.BodyAsync(here, disk.WithGen(2));

        disk = disk.With(slot: 2, servers[3].Address, gen: 3);
        Assert.Equal("started", await here.ReplaceAsync(disk));
        await servers[2].KillAsync();
        await there.SendAsync(ApiRequest.MigrateIn(body));

        Assert.Equal("Finish", await Moving.UntilOverAsync(there, "migration_in", body));
        await there.UntilAsync("Running");
        Assert.Equal("Finish", await Moving.UntilOverAsync(here, "migration_out", body));
        var spec = (await there.SendAsync(ApiRequest.GetSpec)).Body;
        Assert.Contains($"{servers[3].Address}", spec, StringComparison.Ordinal);
        Assert.DoesNotContain($"{servers[2].Address}", spec, StringComparison.Ordinal);
        await there.UntilAsync(disk, status => status.IsWhole);
        using var moved = await GuestConsole.OpenAsync(there.Target, Limits.Token);
        await moved.RunOnAllAsync("verify 3", ["disk"], Limits.Token);
    }

    [Fact]
    public async Task A_target_that_cannot_reach_its_disks_fails_and_the_source_goes_on_with_its_data()
    {
        await using var here = await Bench.StartAsync();
        await using var there = await Bench.StartAsync("propolis.migration.activation-limit = 3s");
        var disk = await here.DiskAsync("disk");
        using (var guest = await here.BootAsync(disk))
            await guest.RunOnAllAsync("write 4", ["disk"], Limits.Token);
        var body = await Moving.BodyAsync(here, disk.With(slot: 1, here.Hole().Address, gen: 2));

        await there.SendAsync(ApiRequest.MigrateIn(body));

        Assert.Equal("Error", await Moving.UntilOverAsync(there, "migration_in", body));
        Assert.Equal("Error", await Moving.UntilOverAsync(here, "migration_out", body));
        Assert.Contains("Activate", await Moving.FailureAsync(there), StringComparison.Ordinal);
        await here.UntilAsync("Running");
        using (var guest = await GuestConsole.OpenAsync(here.Target, Limits.Token))
        {
            await guest.RunOnAllAsync("verify 4", ["disk"], Limits.Token);
            await guest.RunOnAllAsync("write 5", ["disk"], Limits.Token);
            await guest.RunOnAllAsync("verify 5", ["disk"], Limits.Token);
        }

        // The next try, with a target that can, succeeds.
        Assert.Equal("Finish", await Moving.MoveAsync(here, there, disk.WithGen(9)));
        await there.UntilAsync("Running");
        using var moved = await GuestConsole.OpenAsync(there.Target, Limits.Token);
        await moved.RunOnAllAsync("verify 5", ["disk"], Limits.Token);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_service_that_dies_while_the_disks_are_handed_over_leaves_the_guest_to_the_other_or_to_none(bool sourceDies)
    {
        await using var here = await Bench.StartAsync();
        await using var there = await Bench.StartAsync();
        var disk = await here.DiskAsync("disk");
        using (var guest = await here.BootAsync(disk))
            await guest.RunOnAllAsync("write 6", ["disk"], Limits.Token);
        var stuck = disk.With(slot: 1, here.Hole().Address, gen: 2);
        await there.SendAsync(ApiRequest.MigrateIn(await Moving.BodyAsync(here, stuck)));
        await there.UntilAsync(stuck, status => status.RegionSets[0].Targets.Count(target => target.State.State == "wait_quorum") == 2);

        await (sourceDies ? here : there).KillServiceAsync();

        if (sourceDies)
        {
            // The guest's memory died with its service; the target must not run half of it.
            await there.UntilAsync("Failed");
            return;
        }

        await here.UntilAsync("Running");
        using var back = await GuestConsole.OpenAsync(here.Target, Limits.Token);
        await back.RunOnAllAsync("verify 6", ["disk"], Limits.Token);
        await back.RunOnAllAsync("flush", ["disk"], Limits.Token);
    }

    [Fact]
    public async Task A_stop_of_the_source_ends_in_Destroyed_within_its_grace_while_the_target_is_stuck()
    {
        await using var here = await Bench.StartAsync();
        await using var there = await Bench.StartAsync();
        var disk = await here.DiskAsync("disk");
        (await here.BootAsync(disk)).Dispose();
        await there.SendAsync(ApiRequest.MigrateIn(await Moving.BodyAsync(here, disk.With(slot: 1, here.Hole().Address, gen: 2))));

        await here.StopAsync();

        await there.UntilAsync("Failed");
    }

    [Fact]
    public async Task Wherever_the_connection_breaks_one_service_runs_the_guest_and_its_data_is_whole()
    {
        await using var first = await Bench.StartAsync();
        await using var second = await Bench.StartAsync();
        var disk = await first.DiskAsync("disk");
        var (here, there, seed) = (first, second, 10);
        (await here.BootAsync(disk)).Dispose();
        foreach (var bytes in (long[])[300, 900, 3000, 5000, 8000, 10_000, 12_000, 14_000, 16_000, 18_000])
        {
            await WriteAsync(here, ++seed);
            await using var proxy = new CuttingProxy(System.Net.IPEndPoint.Parse(here.Address), bytes);
            var body = await Moving.BodyAsync(here) with { Source = proxy.Address };
            await Ignoring(() => there.SendAsync(ApiRequest.MigrateIn(body)));
            var end = await Ignoring(() => Moving.UntilOverAsync(there, "migration_in", body));
            if (end is "Finish")
                (here, there) = (there, here);

            await here.UntilAsync("Running");
            await there.UntilAsync(end is "Finish" ? "Destroyed" : "Failed");
            using var guest = await GuestConsole.OpenAsync(here.Target, Limits.Token);
            await guest.RunOnAllAsync($"verify {seed}", ["disk"], Limits.Token);
        }

        static async Task WriteAsync(Bench bench, int seed)
        {
            using var guest = await GuestConsole.OpenAsync(bench.Target, Limits.Token);
            await guest.RunOnAllAsync($"write {seed}", ["disk"], Limits.Token);
        }

        static async Task<T?> Ignoring<T>(Func<Task<T>> ask)
            where T : class
        {
            try
            {
                return await ask();
            }
            catch (ApiRefusedException)
            {
                return null;
            }
        }
    }
}
