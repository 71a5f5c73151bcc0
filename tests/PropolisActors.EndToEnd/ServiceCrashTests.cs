using System.Collections.Concurrent;
using System.Net;
using System.Text.Json;
using PropolisActors.Cli.Client;
using PropolisActors.Cli.Processes;
using PropolisActors.EndToEnd.Harness;

namespace PropolisActors.EndToEnd;

/// <summary>
/// A service that kills itself (SIGKILL) at a write to its journal, and the one that is started after it on the same data. The
/// disks of the VM name servers that are not there, so nothing runs but the service.
/// </summary>
public sealed class ServiceCrashTests
{
    private static readonly TestDisk Disk = TestDisk.On("disk", Nowhere(1), Nowhere(2), Nowhere(3));

    private readonly Guid _instance = Guid.NewGuid();

    [Fact]
    public async Task Whatever_was_answered_is_still_so_after_a_kill_at_any_write_of_a_day()
    {
        // Method: live the same day once for each write, killed there; two at a time, as there are two processors.
        var killedAt = new ConcurrentBag<string>();
        var writes = await WritesOfADayAsync();
        Assert.True(writes >= 12, $"the day has only {writes} writes");
        await Parallel.ForEachAsync(
            Enumerable.Range(1, writes).SelectMany(write => new[] { $"before:{write}", $"after:{write}" }),
            new ParallelOptions { MaxDegreeOfParallelism = 2 },
            async (point, _) =>
            {
                using var scratch = new ScratchDirectory();
                var model = await LiveAsync(scratch.PathOf("data"), point);
                await CompareAsync(scratch.PathOf("data"), model, point);
                killedAt.Add(point);
            });
        Assert.Equal(writes * 2, killedAt.Count);
    }

    [Fact]
    public async Task The_files_of_a_service_are_its_users_alone()
    {
        if (OperatingSystem.IsWindows())
            return;
        using var scratch = new ScratchDirectory();
        await LiveAsync(scratch.PathOf("data"), "after:4");

        Assert.Equal(
            UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute,
            File.GetUnixFileMode(scratch.PathOf("data")));
        var journals = Directory.GetFiles(scratch.PathOf("data"), "journal.db*");
        Assert.NotEmpty(journals);
        foreach (var journal in journals)
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(journal));
    }

    [Fact]
    public async Task A_second_service_on_the_same_data_is_refused_by_the_name_of_the_file()
    {
        using var scratch = new ScratchDirectory();
        await using var first = await ServiceChild.StartAsync(["--data", scratch.PathOf("data")], Limits.Token);

        var second = await Executable.RunAsync("serve", "--listen", "127.0.0.1:0", "--data", scratch.PathOf("data"));

        Assert.Equal(1, second.ExitCode);
        Assert.Contains(scratch.PathOf("data/journal.db"), second.Error, StringComparison.Ordinal);
        Assert.Contains("another process", second.Error, StringComparison.Ordinal);
    }

    private static IPEndPoint Nowhere(int port) => new(IPAddress.Loopback, port);

    private async Task<int> WritesOfADayAsync()
    {
        // Each write has a number, so the day is over when the service of the next number is not killed.
        using var scratch = new ScratchDirectory();
        await LiveAsync(scratch.PathOf("data"), killAt: null);
        await using var connection = new Microsoft.Data.Sqlite.SqliteConnection(
            $"Data Source={scratch.PathOf("data/journal.db")};Pooling=False");
        await connection.OpenAsync(Limits.Token);
        await using var count = connection.CreateCommand();
        count.CommandText = "select count(*) from journal";
        return Convert.ToInt32(await count.ExecuteScalarAsync(Limits.Token), System.Globalization.CultureInfo.InvariantCulture);
    }

    /// <summary>Lives the day until its end or the kill.</summary>
    private async Task<DayModel> LiveAsync(string data, string? killAt)
    {
        var model = new DayModel();
        string[] options = killAt is null ? ["--data", data] : ["--data", data, "--kill-at-write", killAt];
        await using var service = await ServiceChild.StartAsync(options, Limits.Token);
        using var api = new ApiClient(new ApiTarget(service.Address, Vm: null));
        try
        {
            await LifeAsync(api, model);
            await LifeAsync(api, model);
        }
        catch (ApiUnreachableException) when (killAt is not null)
        {
            // Killed: whatever was under way has no answer.
        }

        if (killAt is not null)
            await service.WaitForExitAsync(Limits.Wait, Limits.Token);
        return model;
    }

    /// <summary>Creates the VM, replaces a target before and while it starts, repeats that, and stops it.</summary>
    private async Task LifeAsync(ApiClient api, DayModel model)
    {
        model.Creating();
        await api.SendAsync(
            ApiRequest.Ensure(new InstanceBody(_instance, "day", [Disk.ForInstance]).ToJson()), Limits.Token);
        model.CreationAnswered(Disk.Vcr.ToJson());
        await ReplaceAsync(api, model, Disk.With(slot: 2, Nowhere(4), gen: 2));
        await api.SendAsync(ApiRequest.PutState("Run"), Limits.Token);
        await SeeAsync(api, model, gen: 2);
        await ReplaceAsync(api, model, Disk.With(slot: 2, Nowhere(5), gen: 3));
        await ReplaceAsync(api, model, Disk.With(slot: 2, Nowhere(5), gen: 3));
        await api.SendAsync(ApiRequest.PutState("Stop"), Limits.Token);
        await SeeAsync(api, model, gen: 4);
    }

    private static async Task ReplaceAsync(ApiClient api, DayModel model, TestDisk disk)
    {
        model.Sent(disk.Vcr.ToJson());
        await api.SendAsync(ApiRequest.PutVcr(disk.Name, disk.Vcr.ToJson()), Limits.Token);
        model.Accepted();
    }

    private static async Task SeeAsync(ApiClient api, DayModel model, ulong gen)
    {
        var seen = StateSeen.Parse((await api.SendAsync(ApiRequest.Monitor(gen), Limits.Token)).Body);
        model.Saw(seen.Gen, seen.IsFinal);
    }

    private static async Task CompareAsync(string data, DayModel model, string point)
    {
        await using var service = await ServiceChild.StartAsync(["--data", data], Limits.Token);
        using var api = new ApiClient(new ApiTarget(service.Address, Vm: null));
        ApiAnswer spec;
        try
        {
            spec = await api.SendAsync(ApiRequest.GetSpec, Limits.Token);
        }
        catch (ApiRefusedException e) when (e.ErrorCode == "NoInstance")
        {
            Assert.True(model.Created == 0, $"{point}: a VM whose creation was answered is gone");
            return;
        }

        Assert.True(model.Created > 0 || model.IsCreating, $"{point}: a VM that nobody created is there");
        var seen = StateSeen.Parse((await api.SendAsync(ApiRequest.Monitor(0), Limits.Token)).Body);
        Assert.True(seen.IsFinal, $"{point}: {seen}");
        if (seen.State == "Failed")
            await SaysRestartedAsync(api, point);
        if (model.IsCreating)
            return;
        Assert.True(seen.Gen >= model.Gen, $"{point}: generation {seen.Gen} after {model.Gen} was seen");
        if (model.HasEnded)
            Assert.Equal(new StateSeen(model.Gen, "Destroyed"), seen);
        using var json = JsonDocument.Parse(spec.Body);
        var stored = json.RootElement.GetProperty("spec").GetProperty("value").GetProperty("components")
            .GetProperty(Disk.Name).GetProperty("component").GetProperty("request_json").GetString();
        Assert.True(model.Vcrs.Contains(stored), $"{point}: the stored VCR is neither the newest accepted nor the one under way");
    }

    private static async Task SaysRestartedAsync(ApiClient api, string point)
    {
        using var http = new HttpClient(new SocketsHttpHandler { UseProxy = false });
        http.DefaultRequestHeaders.Add(ApiClient.VersionHeader, ApiClient.Version);
        var vms = await http.GetStringAsync(new Uri(api.Target.Server, "/vms"), Limits.Token);
        Assert.True(vms.Contains("\"service restarted\"", StringComparison.Ordinal), $"{point}: {vms}");
    }
}
