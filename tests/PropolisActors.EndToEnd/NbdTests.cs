using System.Security.Cryptography;
using System.Text.Json.Nodes;
using PropolisActors.Cli;
using PropolisActors.Cli.Processes;
using PropolisActors.EndToEnd.Harness;

namespace PropolisActors.EndToEnd;

/// <summary><c>propolis nbd</c> with the programs people use: a volume on three servers as a disk without a VM.</summary>
public sealed class NbdTests : IAsyncLifetime
{
    private readonly ScratchDirectory _scratch = new();
    private readonly List<DiskServerProcess> _servers = [];

    private string Socket => _scratch.PathOf("s");

    private string Uri => $"nbd+unix:///volume?socket={Socket}";

    private string VcrFile => _scratch.PathOf("vcr.json");

    public async Task InitializeAsync()
    {
        for (var i = 0; i < 4; i++)
        {
            var data = _scratch.PathOf($"region-{i}");
            await DiskServerProcess.CreateRegionAsync(data, Guid.NewGuid(), TestDisk.Geometry, Limits.Token);
            _servers.Add(await DiskServerProcess.StartAsync(data, port: 0, Limits.Token));
        }
    }

    public async Task DisposeAsync()
    {
        foreach (var server in _servers)
            await server.DisposeAsync();
        _scratch.Dispose();
    }

    [ToolFact("nbdcopy", "libnbd-bin")]
    public async Task Image_copied_in_while_a_server_is_lost_and_replaced_comes_out_as_it_went_in()
    {
        var disk = TestDisk.On("volume", [.. _servers.Take(3).Select(server => server.Address)]);
        await using var nbd = await ServeAsync(disk);
        await nbd.WaitForLineAsync("active", Limits.Wait, Limits.Token);
        var image = Image(seed: 1);
        await Tool.RunAsync("nbdcopy", image, Uri);

        await _servers[2].KillAsync();
        var second = Image(seed: 2);
        var copying = Tool.RunAsync("nbdcopy", second, Uri);
        await File.WriteAllTextAsync(VcrFile, disk.With(2, _servers[3].Address, gen: 2).Vcr.ToJson());
        await Signal.HangUpAsync(nbd.Id);
        await nbd.WaitForLineAsync("replacement started", Limits.Wait, Limits.Token);
        await copying;

        var outcome = _scratch.PathOf("out");
        await Tool.RunAsync("nbdcopy", Uri, outcome);
        Assert.Equal(HashOf(second), HashOf(outcome));
        await EndAsync(nbd);
    }

    [ToolFact("qemu-io", "qemu-utils")]
    public async Task Every_kind_of_request_of_qemu_is_carried_out()
    {
        var disk = TestDisk.On("volume", [.. _servers.Take(3).Select(server => server.Address)]);
        await using var nbd = await ServeAsync(disk);
        await Tool.RunAsync(
            "qemu-io", "-f", "raw",
            "-c", "write -P 7 0 64k", "-c", "read -P 7 0 64k", "-c", "write -f -P 8 4k 4k", "-c", "read -P 8 4k 4k",
            "-c", "write -z 8k 8k", "-c", "read -P 0 8k 8k", "-c", "discard 128k 64k", "-c", "flush", Uri);
        var image = Image(seed: 3);
        await Tool.RunAsync("qemu-img", "convert", "-n", "-f", "raw", "-O", "raw", image, Uri);
        Assert.Contains(
            "identical",
            await Tool.RunAsync("qemu-img", "compare", "-f", "raw", "-F", "raw", image, Uri),
            StringComparison.Ordinal);
        await EndAsync(nbd);
    }

    [ToolFact("nbdinfo", "libnbd-bin")]
    public async Task Client_is_let_in_before_the_volume_is_active_and_hears_what_it_waits_for()
    {
        await using var hole = new BlackHole(BlackHoleKind.Silent);
        var disk = TestDisk.On("volume", _servers[0].Address, _servers[1].Address, hole.Address);
        await using var nbd = await ServeAsync(disk);
        Assert.Equal("2097152", (await Tool.RunAsync("nbdinfo", "--size", Uri)).Trim());
        Assert.Contains($"slot 2 {hole.Address}", await nbd.WaitForLineAsync("waiting: ", Limits.Wait, Limits.Token), StringComparison.Ordinal);
        await File.WriteAllTextAsync(VcrFile, disk.With(2, _servers[3].Address, gen: 2).Vcr.ToJson());
        await Signal.HangUpAsync(nbd.Id);
        await nbd.WaitForLineAsync("active", Limits.Wait, Limits.Token);
        await EndAsync(nbd);
    }

    [ToolFact("nbdcopy", "libnbd-bin")]
    public async Task Disk_made_from_a_snapshot_shows_the_parents_blocks_until_it_has_its_own()
    {
        // Goal: own blocks over a read-only parent over a file, on real servers.
        var parent = TestDisk.On("volume", [.. _servers.Take(3).Select(server => server.Address)]);
        var image = Image(seed: 4);
        await using (var nbd = await ServeAsync(parent))
        {
            await Tool.RunAsync("qemu-io", "-f", "raw", "-c", "write -P 7 0 64k", "-c", "flush", Uri);
            await EndAsync(nbd);
        }

        List<ChildProcess> readers = [];
        try
        {
            foreach (var server in _servers.Take(3))
            {
                await server.KillAsync();
                readers.Add(ChildProcess.Start([.. DiskServerProcess.RunArguments(server.Data, server.Address.Port), "--read-only"]));
                await readers[^1].WaitForLineAsync("serving region ", DiskServerProcess.ReadyLimit, Limits.Token);
            }

            var own = await OwnServersAsync();
            await File.WriteAllTextAsync(VcrFile, Over(own, Over(parent, image)));
            await using var nbd = await ServeAsync();
            await Tool.RunAsync("qemu-io", "-f", "raw", "-c", "read -P 7 0 64k", "-c", "write -P 9 4k 4k", "-c", "flush", Uri);
            var outcome = _scratch.PathOf("out");
            await Tool.RunAsync("nbdcopy", Uri, outcome);
            var expected = await File.ReadAllBytesAsync(image);
            expected.AsSpan(0, 64 * 1024).Fill(7);
            expected.AsSpan(4096, 4096).Fill(9);
            Assert.Equal(Convert.ToHexString(SHA256.HashData(expected)), HashOf(outcome));
            await EndAsync(nbd);
        }
        finally
        {
            foreach (var reader in readers)
                await reader.DisposeAsync();
        }
    }

    [Fact]
    public async Task What_cannot_be_served_is_refused_in_one_line()
    {
        await File.WriteAllTextAsync(VcrFile, "{}");
        Assert.Contains("type", await Executable.RefusalOfAsync(ExitCodes.Refused, "nbd", "--vcr", VcrFile, "--socket", Socket), StringComparison.Ordinal);
        await Executable.RefusalOfAsync(ExitCodes.Refused, "nbd", "--vcr", _scratch.PathOf("none"), "--socket", Socket);
        await Executable.RefusalOfAsync(ExitCodes.WrongUsage, "nbd", "--vcr", VcrFile);
        await Executable.RefusalOfAsync(ExitCodes.WrongUsage, "nbd", "--vcr", VcrFile, "--socket", Socket, "--listen", "127.0.0.1:0");
        await Executable.RefusalOfAsync(ExitCodes.WrongUsage, "nbd", "--vcr", VcrFile, "--socket", "/tmp/" + new string('x', 120));
        Assert.Contains(
            "--insecure",
            await Executable.RefusalOfAsync(ExitCodes.WrongUsage, "nbd", "--vcr", VcrFile, "--listen", "0.0.0.0:10809"),
            StringComparison.Ordinal);
    }

    /// <summary>A disk of three new servers.</summary>
    private async Task<TestDisk> OwnServersAsync()
    {
        var first = _servers.Count;
        for (var i = first; i < first + 3; i++)
        {
            var data = _scratch.PathOf($"region-{i}");
            await DiskServerProcess.CreateRegionAsync(data, Guid.NewGuid(), TestDisk.Geometry, Limits.Token);
            _servers.Add(await DiskServerProcess.StartAsync(data, port: 0, Limits.Token));
        }

        return TestDisk.On("volume", [.. _servers.Skip(first).Select(server => server.Address)]);
    }

    /// <summary>A disk over a parent: a file's path, or a construction request.</summary>
    private static string Over(TestDisk disk, string parent)
    {
        var vcr = JsonNode.Parse(disk.Vcr.ToJson())!;
        var isFile = !parent.StartsWith('{');
        vcr["read_only_parent"] = isFile
            ? new JsonObject { ["type"] = "file", ["id"] = Guid.NewGuid().ToString(), ["block_size"] = TestDisk.Geometry.BlockSizeBytes, ["path"] = parent }
            : JsonNode.Parse(parent);
        if (isFile)
            vcr["sub_volumes"]![0]!["opts"]!["read_only"] = true;
        return vcr.ToJsonString();
    }

    private async Task<ChildProcess> ServeAsync(TestDisk disk)
    {
        await File.WriteAllTextAsync(VcrFile, disk.Vcr.ToJson());
        return await ServeAsync();
    }

    private async Task<ChildProcess> ServeAsync()
    {
        var nbd = ChildProcess.Start("nbd", "--vcr", VcrFile, "--socket", Socket);
        await nbd.WaitForLineAsync("serving ", Limits.Wait, Limits.Token);
        return nbd;
    }

    private async Task EndAsync(ChildProcess nbd)
    {
        await Signal.InterruptAsync(nbd.Id);
        Assert.Equal(ExitCodes.Done, await nbd.WaitForExitAsync(Limits.Wait, Limits.Token));
        Assert.False(File.Exists(Socket));
    }

    private string Image(int seed)
    {
        var bytes = new byte[TestDisk.Geometry.BlockSizeBytes * TestDisk.Geometry.BlocksPerExtent * TestDisk.Geometry.ExtentCount];
        new Random(seed).NextBytes(bytes);
        var file = _scratch.PathOf($"image-{seed}");
        File.WriteAllBytes(file, bytes);
        return file;
    }

    private static string HashOf(string file) => Convert.ToHexString(SHA256.HashData(File.ReadAllBytes(file)));
}
