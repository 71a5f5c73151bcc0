namespace Crucible.Core.Downstairs;

/// <summary>
/// The limits of the disk server's machine. The reference has none of these; each is well beyond what a reference
/// upstairs does (1500 jobs and 75 MiB outstanding, a Barrier every 10 000 jobs). Meeting one closes the connection.
/// </summary>
public static class DownstairsLimits
{
    /// <summary>Jobs of one connection that wait for a dependency, for storage or for a retry.</summary>
    public const int JobsQueuedMax = 20_000;

    /// <summary>Payload bytes of those jobs: two of the largest frames and some.</summary>
    public const long BytesQueuedMax = 256L * 1024 * 1024;

    /// <summary>Job ids remembered as completed since the last Flush or Barrier.</summary>
    public const int CompletedMax = 1_000_000;

    /// <summary>
    /// Jobs handed to storage and not yet answered, over all connections. Storage does one after another; more than one
    /// is handed out only so that it never idles. A takeover waits for these, so the number is small.
    /// </summary>
    public const int JobsInFlightMax = 16;

    /// <summary>Attempts at a job whose failure may pass; the last one is answered with the real ack.</summary>
    public const int AttemptsMax = 5;

    /// <summary>Sessions of one generation that lost their place and may not come back; a newer generation clears
    /// them.</summary>
    public const int SupersededMax = 64;

    /// <summary>The pause before the second attempt; it doubles each time (0.1, 0.2, 0.4, 0.8 s).</summary>
    public static readonly TimeSpan FirstRetryDelay = TimeSpan.FromMilliseconds(100);
}
