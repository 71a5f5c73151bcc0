namespace Propolis.Core.Spec;

/// <summary>Where a device sits: bus 0-255, device 0-31, function 0-7.</summary>
/// <remarks>The reader of requests enforces the ranges. Source: propolis-server API, section 4.5.</remarks>
public readonly record struct PciPath(byte Bus, byte Device, byte Function)
{
    public const byte DeviceMax = 31;

    public const byte FunctionMax = 7;

    /// <summary>The text form of the command line: <c>bus.device.function</c>, decimal.</summary>
    public override string ToString() => $"{Bus}.{Device}.{Function}";
}
