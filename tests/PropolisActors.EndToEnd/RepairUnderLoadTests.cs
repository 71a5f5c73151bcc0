using PropolisActors.Cli;
using PropolisActors.Cli.Processes;
using PropolisActors.EndToEnd.Harness;

namespace PropolisActors.EndToEnd;

/// <summary>Servers that are killed while a guest writes, come back, and are repaired by the others.</summary>
public sealed class RepairUnderLoadTests
{
    [Fact]
    public async Task Servers_killed_one_after_another_under_load_are_repaired_and_end_with_equal_copies()
    {
        // Goal: S1 and S4 with real processes: nothing acknowledged is lost, and the three copies agree in the end.
        // Method: while one is away more is written than can be replayed to it; once it is whole again, another one is
        // killed, so that what the guest reads comes from the repaired copy too.
        await using var bench = await Bench.StartAsync();
        var servers = await bench.ServersAsync(3);
        var disk = TestDisk.On("disk", [.. servers.Select(server => server.Address)]);
        using (var guest = await bench.BootAsync(disk))
        {
            for (var round = 0; round < 3; round++)
            {
                await guest.TypeAsync("load 2500", Limits.Token);
                Assert.NotNull(await guest.WaitForAsync(["load progress"], Limits.Token));
                await servers[round].KillAsync();
                Assert.EndsWith(
                    " 0 errors", await guest.WaitForAsync(["load done"], Limits.Token), StringComparison.Ordinal);
                foreach (var command in (string[])[$"write {round}", "flush"])
                    await guest.RunOnAllAsync(command, ["disk"], Limits.Token);

                await servers[round].RestartAsync(Limits.Token);
                await bench.UntilAsync(disk, status => status.IsWhole);
                await guest.RunOnAllAsync($"verify {round}", ["disk"], Limits.Token);
            }
            await guest.RunOnAllAsync("flush", ["disk"], Limits.Token);
        }
        await bench.StopAsync();
        foreach (var server in servers)
            await server.KillAsync();

        await AssertEqualAsync(servers);
    }

    private static async Task AssertEqualAsync(IReadOnlyList<DiskServerProcess> servers)
    {
        string[] directories = [.. servers.SelectMany(server => (string[])["--data", server.Data])];
        for (var extent = 0; extent < TestDisk.Geometry.ExtentCount; extent++)
        {
            var dump = await Executable.RunAsync(
                ["downstairs", "dump", .. directories, "--extent", $"{extent}", "--only-show-differences"]);
            Assert.Equal(ExitCodes.Done, dump.ExitCode);
            Assert.DoesNotContain("<---", dump.Output, StringComparison.Ordinal);
        }
    }
}
