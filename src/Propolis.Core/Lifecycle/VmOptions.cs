namespace Propolis.Core.Lifecycle;

/// <summary>What an operator may choose about a VM's life.</summary>
public sealed record VmOptions
{
    /// <summary>How long a stop may take before what is left is cut off: more than zero, at most ten minutes (the
    /// patience of the control plane's own stop timer).</summary>
    public TimeSpan StopGrace
    {
        get;
        init => field = value > TimeSpan.Zero && value <= TimeSpan.FromMinutes(10)
            ? value
            : throw new ArgumentOutOfRangeException(nameof(value), value, "outside 0 to 10 minutes");
    } = TimeSpan.FromSeconds(10);
}
