using System.Text.Json.Nodes;
using PropolisActors.Cli;
using PropolisActors.Cli.Client;
using PropolisActors.Cli.Processes;
using PropolisActors.EndToEnd.Harness;

namespace PropolisActors.EndToEnd;

/// <summary>The executable's commands as a person or a script uses them.</summary>
public sealed class CommandTests
{
    private static string Vectors => Path.Combine(AppContext.BaseDirectory, "vectors", "crucible-wire.json");

    [Fact]
    public async Task Wire_check_passes_on_the_vectors()
    {
        var check = await Executable.RunAsync("wire", "check", Vectors);

        Assert.Equal(ExitCodes.Done, check.ExitCode);
        Assert.EndsWith(" 0 failed\n", check.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Wire_check_fails_on_a_corrupted_vector_and_names_it()
    {
        using var scratch = new ScratchDirectory();
        var vectors = JsonNode.Parse(await File.ReadAllTextAsync(Vectors))!;
        var ofNothing = vectors["xxhash64"]![0]!;
        ofNothing["hash_hex"] = "ef46db3751d8e998";
        ofNothing["hash_u64"] = "17241709254077376920";
        var corrupted = scratch.PathOf("vectors.json");
        await File.WriteAllTextAsync(corrupted, vectors.ToJsonString());

        var check = await Executable.RunAsync("wire", "check", corrupted);

        Assert.Equal(ExitCodes.Refused, check.ExitCode);
        Assert.Contains("FAILED", check.Output, StringComparison.Ordinal);
        Assert.EndsWith(" 1 failed\n", check.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Wire_check_fails_on_a_session_that_our_disk_server_holds_otherwise_and_names_it()
    {
        using var scratch = new ScratchDirectory();
        var vectors = JsonNode.Parse(await File.ReadAllTextAsync(Vectors))!;
        var session = vectors["sessions"]!.AsArray().Single(s => s!["name"]!.GetValue<string>() == "version_mismatch")!;
        // Every frame of it is right by itself; only that nothing follows the first is not what our server does.
        session["steps"]!.AsArray().RemoveAt(1);
        var changed = scratch.PathOf("vectors.json");
        var alone = new JsonObject { ["sessions"] = new JsonArray(session.DeepClone()) };
        await File.WriteAllTextAsync(changed, alone.ToJsonString());

        var check = await Executable.RunAsync("wire", "check", changed);

        Assert.Equal(ExitCodes.Refused, check.ExitCode);
        Assert.Contains(
            "FAILED sessions version_mismatch: version_mismatch, step 1", check.Output, StringComparison.Ordinal);
        Assert.EndsWith(" 1 failed\n", check.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_port_in_use_is_refused_with_one_line_that_names_it()
    {
        await using var bench = await Bench.StartAsync();
        var server = await bench.ServerAsync();

        var serve = await Executable.RefusalOfAsync(ExitCodes.Refused, "serve", "--listen", bench.Address);
        Assert.Contains(bench.Address, serve, StringComparison.Ordinal);

        await server.KillAsync();
        var run = await Executable.RefusalOfAsync(ExitCodes.Refused,
            DiskServerProcess.RunArguments(server.Data, bench.Target.Server.Port));
        Assert.Contains(bench.Address, run, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("akka {\n  loglevel = \"INFO\n}\n", ":2:14: ")]
    [InlineData("akka.loglevel = ${nothing}\n", ":1:17: ")]
    [InlineData("akka.log-dead-letters = many\n", ": akka.log-dead-letters: ")]
    [InlineData("akka.loglevel = LOUD\n", ": akka.loglevel: ")]
    [InlineData("propolis.stop-grace = soon\n", ": propolis.stop-grace: ")]
    [InlineData("propolis.snapshot-deadline = never\n", ": propolis.snapshot-deadline: ")]
    [InlineData("propolis.volumes.activation-quorum = most\n", ": propolis.volumes.activation-quorum: ")]
    [InlineData("propolis.volumes.activation-grace = infinite\n", ": propolis.volumes.activation-grace: ")]
    public async Task A_bad_configuration_is_refused_with_one_line_that_names_its_place(string hocon, string place)
    {
        using var scratch = new ScratchDirectory();
        var file = scratch.PathOf("bad.hocon");
        await File.WriteAllTextAsync(file, hocon);

        var refusal = await Executable.RefusalOfAsync(
            ExitCodes.WrongUsage, "serve", "--listen", "127.0.0.1:0", "--config", file);

        Assert.StartsWith($"propolis: {file}{place}", refusal, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_service_and_a_disk_server_that_are_interrupted_end_with_0()
    {
        if (OperatingSystem.IsWindows())
            return;
        using var scratch = new ScratchDirectory();
        var data = scratch.PathOf("region");
        await DiskServerProcess.CreateRegionAsync(data, Guid.NewGuid(), TestDisk.Geometry, Limits.Token);
        await using var server = ChildProcess.Start(DiskServerProcess.RunArguments(data, port: 0));
        await using var service = ChildProcess.Start("serve", "--listen", "127.0.0.1:0");
        await server.WaitForLineAsync("serving ", Limits.Wait, CancellationToken.None);
        await service.WaitForLineAsync("serving ", Limits.Wait, CancellationToken.None);

        await Signal.InterruptAsync(server.Id);
        await Signal.InterruptAsync(service.Id);

        Assert.Equal(ExitCodes.Done, await server.WaitForExitAsync(Limits.Wait, CancellationToken.None));
        Assert.Equal(ExitCodes.Done, await service.WaitForExitAsync(Limits.Wait, CancellationToken.None));
    }

    [Fact]
    public async Task A_configuration_file_may_include_another_and_is_obeyed()
    {
        using var scratch = new ScratchDirectory();
        await File.WriteAllTextAsync(scratch.PathOf("shared.hocon"), "propolis.listen = \"127.0.0.2:0\"");
        await File.WriteAllTextAsync(scratch.PathOf("own.hocon"),
            "include required(\"shared.hocon\")\npropolis.listen = ${?PROPOLIS_TEST_ABSENT}\n");

        await using var service = ChildProcess.Start("serve", "--config", scratch.PathOf("own.hocon"));

        // The delivered default is another address: only the included file says this one.
        var address = await service.WaitForLineAsync("serving on ", Limits.Wait, CancellationToken.None);
        Assert.StartsWith("http://127.0.0.2:", address, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_console_without_a_vm_is_refused_with_one_line()
    {
        await using var bench = await Bench.StartAsync();

        var refusal = await Executable.RefusalOfAsync(ExitCodes.Refused, ["serial", "--server", bench.Address]);

        Assert.Contains("no VM runs there", refusal, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_directory_that_cannot_be_written_is_refused_with_one_line_that_names_it()
    {
        using var scratch = new ScratchDirectory();
        await File.WriteAllTextAsync(scratch.PathOf("file"), "");
        var below = Path.Combine(scratch.PathOf("file"), "data");

        var serve = await Executable.RefusalOfAsync(
            ExitCodes.Refused, "serve", "--listen", "127.0.0.1:0", "--data", below);
        Assert.Contains(below, serve, StringComparison.Ordinal);

        var create = await Executable.RefusalOfAsync(
            ExitCodes.Refused, DiskServerProcess.CreateArguments(below, Guid.NewGuid(), TestDisk.Geometry));
        Assert.Contains(below, create, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_region_is_not_made_over_another_nor_with_an_illegal_shape_nor_served_from_nothing()
    {
        using var scratch = new ScratchDirectory();
        var data = scratch.PathOf("region");
        var create = DiskServerProcess.CreateArguments(data, Guid.NewGuid(), TestDisk.Geometry);
        Assert.Equal(ExitCodes.Done, (await Executable.RunAsync(create)).ExitCode);
        Assert.Contains(data, await Executable.RefusalOfAsync(ExitCodes.Refused, create), StringComparison.Ordinal);

        var odd = TestDisk.Geometry with { BlockSizeBytes = 1000 };
        var refusal = await Executable.RefusalOfAsync(
            ExitCodes.Refused, DiskServerProcess.CreateArguments(scratch.PathOf("odd"), Guid.NewGuid(), odd));
        Assert.Contains("1000", refusal, StringComparison.Ordinal);

        var nothing = scratch.PathOf("nothing");
        refusal = await Executable.RefusalOfAsync(ExitCodes.Refused, DiskServerProcess.RunArguments(nothing, port: 0));
        Assert.Contains(nothing, refusal, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_whose_region_has_another_size_fails_its_vm_and_not_the_service()
    {
        await using var bench = await Bench.StartAsync();
        var larger = await bench.ServerAsync(TestDisk.Geometry with { ExtentCount = 8 });
        var good = await bench.ServerAsync();
        var disk = await bench.DiskAsync("disk", larger.Address);
        await bench.CreateAsync(disk);
        await bench.RunAsync();
        Assert.Equal(new StateSeen(3, "Failed"), (await bench.UntilAsync("Failed"))[^1]);
        Assert.Contains("failed", await Executable.RefusalOfAsync(
            ExitCodes.Refused, ["monitor", "--server", bench.Address]), StringComparison.Ordinal);

        var corrected = disk.With(slot: 2, good.Address, gen: 2);
        using var guest = await bench.BootAsync(corrected);
        await guest.RunOnAllAsync("write", ["disk"], Limits.Token);
    }

    [Fact]
    public async Task The_client_commands_take_a_vm_from_new_to_Destroyed()
    {
        await using var bench = await Bench.StartAsync();
        var disk = await bench.DiskAsync("disk", bench.Hole().Address);
        var good = await bench.ServerAsync();
        var spec = bench.PathOf("spec.json");
        var vcr = bench.PathOf("vcr.json");
        await File.WriteAllTextAsync(spec, new InstanceBody(Guid.NewGuid(), "test", [disk.ForInstance]).ToJson());
        await File.WriteAllTextAsync(vcr, disk.With(slot: 2, good.Address, gen: 2).Vcr.ToJson());
        Task<FinishedProcess> ClientAsync(params string[] words) =>
            Executable.RunAsync([.. words, "--server", bench.Address]);
        async Task<string> DoneAsync(params string[] words)
        {
            var process = await ClientAsync(words);
            Assert.True(process.ExitCode == ExitCodes.Done, process.Error);
            return process.Output;
        }

        await DoneAsync("new", "--spec", spec);
        Assert.Contains("\"test\"", await DoneAsync("get"), StringComparison.Ordinal);
        await DoneAsync("state", "run");
        await bench.UntilWaitsForThirdAsync(disk);
        Assert.Contains("not active", await DoneAsync("status", "disk"), StringComparison.Ordinal);
        Assert.StartsWith("started", await DoneAsync("vcr", "disk", "--file", vcr), StringComparison.Ordinal);
        await bench.UntilAsync("Running");

        var serial = await PropolisExecutable.RunAsync(
            ["serial", "--server", bench.Address], Limits.Wait, CancellationToken.None, input: "write\nverify\n");
        Assert.Contains("verify disk ok", serial.Output, StringComparison.Ordinal);

        var again = await ClientAsync("new", "--spec", spec);
        Assert.Equal(ExitCodes.Refused, again.ExitCode);
        Assert.Contains("409", again.Error, StringComparison.Ordinal);

        var monitor = DoneAsync("monitor");
        await DoneAsync("state", "stop");
        Assert.EndsWith(" Destroyed\n", await monitor, StringComparison.Ordinal);
        var status = JsonNode.Parse(await DoneAsync("get", "--json"))!;
        Assert.Equal("Destroyed", status["instance"]!["state"]!.GetValue<string>());
    }
}
