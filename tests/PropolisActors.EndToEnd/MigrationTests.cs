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
}
