using System.Diagnostics;

namespace PropolisActors.EndToEnd.Harness;

/// <summary>A program of the machine, run to its end.</summary>
internal static class Tool
{
    /// <summary>Runs it and expects success.</summary>
    /// <returns>Its standard output.</returns>
    public static async Task<string> RunAsync(string program, params IReadOnlyList<string> args)
    {
        var start = new ProcessStartInfo(program, args) { RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false };
        using var process = Process.Start(start)!;
        try
        {
            var output = process.StandardOutput.ReadToEndAsync(Limits.Token);
            var error = process.StandardError.ReadToEndAsync(Limits.Token);
            await process.WaitForExitAsync(Limits.Token);
            Assert.True(process.ExitCode == 0, $"{program} {string.Join(' ', args)}: {await error}{await output}");
            return await output;
        }
        finally
        {
            if (!process.HasExited)
                process.Kill();
        }
    }
}
