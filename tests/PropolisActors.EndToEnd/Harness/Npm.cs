using System.ComponentModel;
using System.Diagnostics;
using PropolisActors.Cli.Processes;

namespace PropolisActors.EndToEnd.Harness;

/// <summary>Node's package manager, if this machine has it and it finds its packages.</summary>
internal static class Npm
{
    private static readonly TimeSpan InstallMax = TimeSpan.FromMinutes(5);
    private static readonly Lazy<string?> Missing = new(Probe);

    /// <summary>Why a test that needs it cannot run here, or null.</summary>
    public static string? WhyNot => Missing.Value;

    /// <summary>Runs a program to its end.</summary>
    public static async Task<FinishedProcess> RunAsync(string directory, string program, params IReadOnlyList<string> args)
    {
        using var process = Process.Start(StartInfo(directory, program, args))!;
        using var late = new CancellationTokenSource(InstallMax);
        try
        {
            var output = process.StandardOutput.ReadToEndAsync(late.Token);
            var error = process.StandardError.ReadToEndAsync(late.Token);
            await process.WaitForExitAsync(late.Token);
            return new FinishedProcess(process.ExitCode, await output, await error);
        }
        catch (OperationCanceledException e)
        {
            process.Kill(entireProcessTree: true);
            throw new TimeoutException($"{program} {string.Join(' ', args)} did not end within {InstallMax}", e);
        }
    }

    /// <summary>Looks once, when tests are listed: a test cannot be skipped later.</summary>
    private static string? Probe()
    {
        try
        {
            var package = RunAsync(Path.GetTempPath(), "npm", "view", "openapi-typescript@7.13.0", "version")
                .GetAwaiter().GetResult();
            return package.ExitCode == 0 ? null : "npm does not find the package openapi-typescript 7.13.0";
        }
        catch (Exception e) when (e is Win32Exception or TimeoutException)
        {
            return "npm is not installed (Debian: apt-get install npm)";
        }
    }

    private static ProcessStartInfo StartInfo(string directory, string program, IReadOnlyList<string> args)
    {
        var info = new ProcessStartInfo(program, args)
        {
            WorkingDirectory = directory,
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        info.Environment["NO_UPDATE_NOTIFIER"] = "1";
        return info;
    }
}
