using System.Diagnostics;

namespace Akka.Conformance.Tests.Lifecycle;

/// <summary>Systems and the process they live in. The process is this assembly, run by its own <see
/// cref="Program"/>.</summary>
public sealed class ProcessEndTests
{
    [Fact]
    public async Task Process_that_exits_runs_the_phases_and_stops_the_actors_first()
        => Assert.Equal((7, "task ClrExitReason, stopped"), await RunAsync("exit"));

    [Fact]
    public async Task Process_that_exits_runs_no_phases_when_the_hook_is_off()
        => Assert.Equal((7, ""), await RunAsync("exit", "run-by-clr-shutdown-hook = off"));

    [Fact]
    public async Task Last_phase_ends_the_process_when_asked_to()
        => Assert.Equal((0, "task ActorSystemTerminateReason, stopped"), await RunAsync("terminate", "exit-clr = on"));

    [Fact]
    public async Task Last_phase_leaves_the_process_alone_by_default()
        => Assert.Equal((5, "task ActorSystemTerminateReason, stopped"), await RunAsync("terminate"));

    [Fact]
    public async Task Host_exits_with_minus_one_when_the_cluster_gave_its_system_up()
    {
        var (exitCode, lines) = await RunAsync("host");
        // What a shell sees of -1 is its lowest byte.
        Assert.Contains(exitCode, new[] { -1, 255 });
        Assert.Equal("task ClusterDowningReason, stopped", lines);
    }

    /// <summary>Runs <see cref="Program"/> and answers its exit code and the lines it wrote.</summary>
    private static async Task<(int ExitCode, string Lines)> RunAsync(string what, string shutdown = "")
    {
        var start = new ProcessStartInfo(Environment.ProcessPath!)
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
        };
        foreach (var argument in new[] { "exec", typeof(ProcessEndTests).Assembly.Location, what, shutdown })
            start.ArgumentList.Add(argument);
        using var process = Process.Start(start)!;
        using var limit = new CancellationTokenSource(Limits.Long);
        try
        {
            var output = await process.StandardOutput.ReadToEndAsync(limit.Token);
            await process.WaitForExitAsync(limit.Token);
            return (process.ExitCode, string.Join(", ", output.Split('\n', StringSplitOptions.RemoveEmptyEntries)));
        }
        finally
        {
            if (!process.HasExited)
                process.Kill();
        }
    }
}
