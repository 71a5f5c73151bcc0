using System.Security.Cryptography;
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

    private async Task<ChildProcess> ServeAsync(TestDisk disk)
    {
        await File.WriteAllTextAsync(VcrFile, disk.Vcr.ToJson());
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
