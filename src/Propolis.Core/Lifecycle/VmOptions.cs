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

    /// <summary>How long a VM whose migration failed late may take to get its disks back, before it fails: more than
    /// zero, at most ten minutes. The target waits this long before it runs a guest it was not told to run.</summary>
    public TimeSpan ReclaimLimit
    {
        get;
        init => field = IsStopGrace(value)
            ? value
            : throw new ArgumentOutOfRangeException(nameof(value), value, "outside 0 to 10 minutes");
    } = TimeSpan.FromSeconds(30);

    /// <summary>Whether <see cref="StopGrace"/> may have this value; for whoever reads it from a user.</summary>
    public static bool IsStopGrace(TimeSpan value) => value > TimeSpan.Zero && value <= TimeSpan.FromMinutes(10);
}
