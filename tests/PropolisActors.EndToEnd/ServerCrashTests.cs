using PropolisActors.Cli.Client;
using PropolisActors.EndToEnd.Harness;

namespace PropolisActors.EndToEnd;

/// <summary>Disk servers that die without a word while a guest uses them.</summary>
public sealed class ServerCrashTests
{
    [Fact]
    public async Task A_killed_server_does_not_disturb_a_load_and_rejoins_when_it_is_back()
    {
        await using var bench = await Bench.StartAsync();
        var servers = await bench.ServersAsync(3);
        var disk = TestDisk.On("disk", [.. servers.Select(server => server.Address)]);
        using var guest = await bench.BootAsync(disk);

        // The load may be over before the kill is; the second one surely runs on two servers. Together they stay
        // under the number of jobs at which a server that is away would have to be repaired instead of replayed to.
        await guest.TypeAsync("load 400", Limits.Token);
        Assert.NotNull(await guest.WaitForAsync(["load progress"], Limits.Token));
        await servers[1].KillAsync();
        await AssertLoadIsCleanAsync(guest);
        await guest.TypeAsync("load 200", Limits.Token);
        await AssertLoadIsCleanAsync(guest);
        await bench.UntilAsync(disk, status => !status.RegionSets[0].Targets[1].IsActive);

        await servers[1].RestartAsync(Limits.Token);
        await bench.UntilAsync(disk, status => status.IsWhole);

        // It is in service again: with another one gone, two are left, and it is one of them.
        await servers[0].KillAsync();
        foreach (var command in (string[])["write 9", "flush", "verify 9"])
            await guest.RunOnAllAsync(command, ["disk"], Limits.Token);
    }

    [Fact]
    public async Task What_was_flushed_is_there_after_all_servers_were_killed()
    {
        await using var bench = await Bench.StartAsync();
        var servers = await bench.ServersAsync(3);
        var disk = TestDisk.On("disk", [.. servers.Select(server => server.Address)]);
        using (var guest = await bench.BootAsync(disk))
        {
            await guest.RunOnAllAsync("write 3", ["disk"], Limits.Token);
            await guest.RunOnAllAsync("flush", ["disk"], Limits.Token);
        }

        foreach (var server in servers)
            await server.KillAsync();
        await bench.StopAsync();
        foreach (var server in servers)
            await server.RestartAsync(Limits.Token);

        using (var guest = await bench.BootAsync(disk.WithGen(10)))
            await guest.RunOnAllAsync("verify 3", ["disk"], Limits.Token);
    }

    private static async Task AssertLoadIsCleanAsync(GuestConsole guest) =>
        Assert.EndsWith(" 0 errors", await guest.WaitForAsync(["load done"], Limits.Token), StringComparison.Ordinal);
}
