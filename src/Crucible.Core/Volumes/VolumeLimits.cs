namespace Crucible.Core.Volumes;

/// <summary>What one volume holds at most.</summary>
public static class VolumeLimits
{
    /// <summary>
    /// Replacements waiting behind the one in progress; one more is refused for the time being. A guess: control
    /// planes send one at a time, and each may be as long as <see cref="VcrLimits.MaxTextLength"/>.
    /// </summary>
    public const int MaxWaitingReplacements = 16;
}
