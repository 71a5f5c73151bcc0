using System.Diagnostics;
using System.Globalization;

namespace PropolisActors.EndToEnd.Harness;

internal static class Signal
{
    /// <summary>Sends what Ctrl-C sends.</summary>
    public static async Task InterruptAsync(int processId)
    {
        using var kill = Process.Start("kill", ["-INT", processId.ToString(CultureInfo.InvariantCulture)]);
        await kill.WaitForExitAsync().WaitAsync(Limits.Wait);
        Assert.Equal(0, kill.ExitCode);
    }
}
