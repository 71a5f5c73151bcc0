using System.Diagnostics;
using System.Globalization;

namespace PropolisActors.EndToEnd.Harness;

internal static class Signal
{
    /// <summary>Sends what Ctrl-C sends.</summary>
    public static Task InterruptAsync(int processId) => SendAsync("-INT", processId);

    /// <summary>Asks to read a file again.</summary>
    public static Task HangUpAsync(int processId) => SendAsync("-HUP", processId);

    private static async Task SendAsync(string signal, int processId)
    {
        using var kill = Process.Start("kill", [signal, processId.ToString(CultureInfo.InvariantCulture)]);
        await kill.WaitForExitAsync().WaitAsync(Limits.Wait);
        Assert.Equal(0, kill.ExitCode);
    }
}
