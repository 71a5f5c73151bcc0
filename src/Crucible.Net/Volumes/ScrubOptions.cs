namespace Crucible.Net.Volumes;

/// <summary>How a scrub goes about it.</summary>
/// <param name="Delay">From activation to its first step.</param>
/// <param name="Pause">Between two steps.</param>
/// <param name="StepBytes">Copied in one step; a multiple of every block size.</param>
/// <param name="ReadTries">Of one step, the first included; 1 or more.</param>
public sealed record ScrubOptions(TimeSpan Delay, TimeSpan Pause, int StepBytes = 128 * 1024, int ReadTries = 6)
{
    /// <summary>Beside a guest: what the reference does (Crucible volume description, section 10).</summary>
    public static ScrubOptions BesideGuest { get; } = new(TimeSpan.FromSeconds(120), TimeSpan.FromMilliseconds(25));

    /// <summary>On request, with nobody to be gentle to.</summary>
    public static ScrubOptions AtOnce { get; } = new(TimeSpan.Zero, TimeSpan.Zero);
}
