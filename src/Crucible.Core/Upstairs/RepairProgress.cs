namespace Crucible.Core.Upstairs;

/// <summary>How far making copies equal is.</summary>
/// <param name="ExtentsDone">Looked at and equal now, whether or not anything had to be copied.</param>
/// <param name="ExtentsNeeded">All that are to be looked at.</param>
/// <param name="ExtentsCopied">Of those done, how many had to be copied.</param>
/// <param name="ExtentBytes">In one extent.</param>
/// <param name="Since">When it began.</param>
/// <param name="Elapsed">Since then, when this was taken.</param>
public sealed record RepairProgress(
    int ExtentsDone, int ExtentsNeeded, int ExtentsCopied, ulong ExtentBytes, DateTimeOffset Since, TimeSpan Elapsed)
{
    public ulong BytesDone => (ulong)ExtentsDone * ExtentBytes;

    public ulong BytesNeeded => (ulong)ExtentsNeeded * ExtentBytes;

    /// <summary>On average since it began; 0 in its first moment.</summary>
    public double BytesPerSecond => Elapsed > TimeSpan.Zero ? BytesDone / Elapsed.TotalSeconds : 0;

    /// <summary>At that rate; null while nothing is known of it.</summary>
    public TimeSpan? Remaining => ExtentsDone == 0 || Elapsed <= TimeSpan.Zero
        ? null
        : Elapsed * ((double)(ExtentsNeeded - ExtentsDone) / ExtentsDone);
}
