namespace Propolis.Core.Lifecycle;

/// <summary>What an operator may choose about a VM's life.</summary>
public sealed record VmOptions
{
    /// <summary>How long a stop may take before what is left is cut off: more than zero, at most ten minutes (the
    /// patience of the control plane's own stop timer).</summary>
    public TimeSpan StopGrace
    {
        get;
        init => field = IsStopGrace(value)
            ? value
            : throw new ArgumentOutOfRangeException(nameof(value), value, "outside 0 to 10 minutes");
    } = TimeSpan.FromSeconds(10);

    /// <summary>Whether <see cref="StopGrace"/> may have this value; for whoever reads it from a user.</summary>
    public static bool IsStopGrace(TimeSpan value) => value > TimeSpan.Zero && value <= TimeSpan.FromMinutes(10);
}
