using PropolisActors.Cli;
using PropolisActors.Cli.Processes;
using PropolisActors.EndToEnd.Harness;

namespace PropolisActors.EndToEnd;

/// <summary>The disk server's tools as an operator uses them.</summary>
public sealed class DownstairsCommandTests : IDisposable
{
    private readonly ScratchDirectory _scratch = new();

    public void Dispose() => _scratch.Dispose();

    [Fact]
    public async Task An_image_is_imported_cloned_from_a_read_only_server_verified_and_exported_unchanged()
    {
        var image = new byte[(17 * 512) + 3];
        new Random(3).NextBytes(image);
        var imagePath = _scratch.PathOf("image");
        await File.WriteAllBytesAsync(imagePath, image);
        await DoneAsync(
            "create", "-d", _scratch.PathOf("one"), "-u", Guid.NewGuid().ToString(), "--extent-size", "4",
            "--extent-count", "1", "-i", imagePath);

        await using (var server = ChildProcess.Start(
            "downstairs", "run", "-d", _scratch.PathOf("one"), "-p", "0", "--repair-port", "0", "--mode", "ro"))
        {
            var repair = await server.WaitForLineAsync("repairs on ", Limits.Wait, Limits.Token);
            await DoneAsync("create", "-d", _scratch.PathOf("two"), "-u", Guid.NewGuid().ToString(), "--clone-source", repair);
            await DoneAsync("clone", "-d", _scratch.PathOf("two"), "-s", repair);
        }

        Assert.Contains(" 0 damaged", (await DoneAsync("verify", "-d", _scratch.PathOf("two"))).Output, StringComparison.Ordinal);
        await DoneAsync("export", "-d", _scratch.PathOf("two"), "-e", _scratch.PathOf("out"));
        var exported = await File.ReadAllBytesAsync(_scratch.PathOf("out"));
        Assert.Equal(image, exported[..image.Length]);
        Assert.Equal(5 * 4 * 512, exported.Length);
        var dump = await DoneAsync("dump", "-d", _scratch.PathOf("one"), "-d", _scratch.PathOf("two"), "-o");
        Assert.DoesNotContain("<---", dump.Output, StringComparison.Ordinal);
        var info = await DoneAsync("extent-info", "-d", _scratch.PathOf("two"), "-b", "5");
        Assert.Contains("data at 512", info.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Damage_is_named_by_verify_and_dump()
    {
        foreach (var name in (string[])["one", "two"])
            await DoneAsync("create", "-d", _scratch.PathOf(name), "-u", Guid.NewGuid().ToString());
        await using (var file = File.OpenWrite(Path.Combine(_scratch.PathOf("two"), "00", "000", "001")))
        {
            file.Position = 7 * 512;
            file.WriteByte(1);
        }

        var verify = await Executable.RunAsync("downstairs", "verify", "-d", _scratch.PathOf("two"));
        Assert.Equal(ExitCodes.Refused, verify.ExitCode);
        Assert.Contains("block 107", verify.Output, StringComparison.Ordinal);
        var dump = await DoneAsync(
            "dump", "-d", _scratch.PathOf("one"), "-d", _scratch.PathOf("two"), "-e", "1", "-o");
        Assert.Contains("107: ", dump.Output, StringComparison.Ordinal);
        Assert.Single(dump.Output.Split('\n'), l => l.EndsWith("<---", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("run", "--cert-pem", "a")]
    [InlineData("run", "--cert-pem", "a", "--key-pem", "b")]
    [InlineData("run", "--read-only", "--mode", "rw")]
    [InlineData("run", "--mode", "wr")]
    [InlineData("verify", "--threads", "0")]
    [InlineData("extent-info", "--block", "3..1")]
    public async Task Options_that_contradict_each_other_are_wrong_usage(params string[] words) =>
        await Executable.RefusalOfAsync(
            ExitCodes.WrongUsage, ["downstairs", words[0], "--data", _scratch.PathOf("none"), .. words[1..]]);

    [Theory]
    [InlineData("verify")]
    [InlineData("run", "--cert-pem", "a", "--key-pem", "b", "--root-cert-pem", "c")]
    [InlineData("snapshot", "list")]
    public async Task What_is_not_there_is_refused_in_one_line(params string[] words)
    {
        string[] name = words[0] == "snapshot" ? words : [words[0]];
        await Executable.RefusalOfAsync(
            ExitCodes.Refused, ["downstairs", .. name, "--data", _scratch.PathOf("none"), .. words[name.Length..]]);
    }

    private static async Task<FinishedProcess> DoneAsync(params IReadOnlyList<string> words)
    {
        var process = await Executable.RunAsync(["downstairs", .. words]);
        Assert.True(process.ExitCode == ExitCodes.Done, process.Error);
        return process;
    }
}
