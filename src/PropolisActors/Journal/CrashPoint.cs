using System.Diagnostics;

namespace PropolisActors.Journal;

/// <summary>
/// Kills this process at one write to the journal, as hard as the system can: how the tests of crashes choose their moment.
/// No service has one otherwise.
/// </summary>
/// <param name="write">Which write of this process, from 1.</param>
/// <param name="isAfter">Kill when it is durable and nobody has been told, rather than before it begins.</param>
/// <param name="kill">What to do then; it does not return in a real process.</param>
public sealed class CrashPoint(int write, bool isAfter, Action kill)
{
    private int _begun;
    private int _done;

    /// <summary>Kills this very process.</summary>
    public static void KillProcess()
    {
        using var self = Process.GetCurrentProcess();
        self.Kill();
        self.WaitForExit();
    }

    internal void BeforeWrite()
    {
        if (Interlocked.Increment(ref _begun) == write && !isAfter)
            kill();
    }

    internal void AfterWrite()
    {
        if (Interlocked.Increment(ref _done) == write && isAfter)
            kill();
    }
}
