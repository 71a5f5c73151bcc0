using System.Diagnostics;
using System.Text.RegularExpressions;
using PropolisActors.Cli;
using PropolisActors.Cli.Processes;
using PropolisActors.EndToEnd.Harness;

namespace PropolisActors.EndToEnd;

/// <summary><c>propolis demo</c> as a newcomer runs it.</summary>
public sealed partial class DemoTests
{
    [Fact]
    public async Task The_demo_ends_with_OK_and_leaves_no_file_and_no_process_behind()
    {
        var demo = await Executable.RunAsync("demo");

        Assert.True(demo.ExitCode == ExitCodes.Done, demo.Error);
        Assert.Equal("OK", demo.Output.TrimEnd().Split('\n')[^1]);
        Assert.Contains("\"started\"", demo.Output, StringComparison.Ordinal);
        Assert.Contains("verify beta ok", demo.Output, StringComparison.Ordinal);
        var directory = ScratchDirectory().Match(demo.Output).Groups["dir"].Value;
        Assert.NotEmpty(directory);
        Assert.False(Directory.Exists(directory));
        Assert.DoesNotContain(directory, CommandLines(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("    $ propolis downstairs run")]
    [InlineData("    \"Run\"")]
    public async Task A_demo_that_is_interrupted_leaves_no_file_and_no_process_behind(string at)
    {
        if (OperatingSystem.IsWindows())
            return;
        await using var demo = ChildProcess.Start("demo");
        var create = await demo.WaitForLineAsync(
            "    $ propolis downstairs create ", Limits.Wait, CancellationToken.None);
        var directory = ScratchDirectory().Match(create).Groups["dir"].Value;
        await demo.WaitForLineAsync(at, Limits.Wait, CancellationToken.None);

        await Signal.InterruptAsync(demo.Id);

        Assert.Equal(ExitCodes.Refused, await demo.WaitForExitAsync(Limits.Wait, CancellationToken.None));
        Assert.Contains("interrupted", demo.LastErrors(), StringComparison.Ordinal);
        Assert.False(Directory.Exists(directory));
        Assert.DoesNotContain(directory, CommandLines(), StringComparison.Ordinal);
    }

    /// <summary>The directory of the first region that the demo shows how to make.</summary>
    [GeneratedRegex(@"--data (?<dir>\S+)[/\\]alpha-0 ", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex ScratchDirectory();

    /// <summary>What every process of this machine was started with, where the system tells.</summary>
    private static string CommandLines()
    {
        if (!OperatingSystem.IsLinux())
            return "";
        var lines = Process.GetProcesses().Select(process =>
        {
            using (process)
            {
                try
                {
                    return File.ReadAllText($"/proc/{process.Id}/cmdline");
                }
                catch (IOException)
                {
                    // It ended meanwhile.
                    return "";
                }
            }
        });
        return string.Join('\n', lines);
    }
}
