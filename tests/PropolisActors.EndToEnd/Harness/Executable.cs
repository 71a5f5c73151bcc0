using PropolisActors.Cli.Processes;

namespace PropolisActors.EndToEnd.Harness;

/// <summary>The executable, run to its end.</summary>
internal static class Executable
{
    public static Task<FinishedProcess> RunAsync(params IReadOnlyList<string> args) =>
        PropolisExecutable.RunAsync(args, Limits.Wait, CancellationToken.None);

    /// <summary>Runs a command that has to be refused: nothing but one line on standard error.</summary>
    public static async Task<string> RefusalOfAsync(int exitCode, params IReadOnlyList<string> args)
    {
        var process = await RunAsync(args);
        Assert.Equal(exitCode, process.ExitCode);
        var line = Assert.Single(process.Error.TrimEnd('\n').Split('\n'));
        Assert.StartsWith("propolis: ", line, StringComparison.Ordinal);
        return line;
    }
}
