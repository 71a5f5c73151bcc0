using System.Diagnostics;

namespace PropolisActors.Cli.Processes;

/// <summary>Starts this executable again as another process, whichever way this one was started.</summary>
public static class PropolisExecutable
{
    /// <summary>Starts <c>propolis</c> with these words, its input, output and errors in our hands.</summary>
    public static Process Start(IReadOnlyList<string> args) =>
        Process.Start(StartInfo(args)) ?? throw new InvalidOperationException("no process was started");

    /// <summary>Runs <c>propolis</c> with these words to its end.</summary>
    /// <exception cref="TimeoutException">It took longer than <paramref name="limit"/>; it was killed.</exception>
    public static async Task<FinishedProcess> RunAsync(
        IReadOnlyList<string> args, TimeSpan limit, CancellationToken ct, string? input = null)
    {
        using var process = Start(args);
        var output = process.StandardOutput.ReadToEndAsync(ct);
        var error = process.StandardError.ReadToEndAsync(ct);
        try
        {
            await process.StandardInput.WriteAsync(input.AsMemory(), ct);
            process.StandardInput.Close();
            await Task.WhenAll(output, error, process.WaitForExitAsync(ct)).WaitAsync(limit, ct);
            return new FinishedProcess(process.ExitCode, await output, await error);
        }
        catch (TimeoutException e)
        {
            throw new TimeoutException(
                $"'propolis {string.Join(' ', args)}' took longer than {limit.TotalSeconds:0} s.", e);
        }
        finally
        {
            process.Kill(entireProcessTree: true);
            await process.WaitForExitAsync(CancellationToken.None);
        }
    }

    private static ProcessStartInfo StartInfo(IReadOnlyList<string> args)
    {
        var start = new ProcessStartInfo
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        var assembly = typeof(PropolisExecutable).Assembly.Location;
        if (DotnetHost() is { } dotnet)
        {
            start.FileName = dotnet;
            start.ArgumentList.Add("exec");
            start.ArgumentList.Add(assembly);
        }
        else
        {
            start.FileName = Path.ChangeExtension(assembly, OperatingSystem.IsWindows() ? ".exe" : null);
        }

        foreach (var arg in args)
            start.ArgumentList.Add(arg);
        return start;
    }

    /// <summary>The host that runs this process if it is the shared one; null if it is our own executable.</summary>
    private static string? DotnetHost() =>
        Environment.ProcessPath is { } path
        && string.Equals(Path.GetFileNameWithoutExtension(path), "dotnet", StringComparison.OrdinalIgnoreCase)
            ? path
            : null;
}
