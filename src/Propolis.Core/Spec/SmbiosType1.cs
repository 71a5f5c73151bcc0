namespace Propolis.Core.Spec;

/// <summary>What the firmware tells the guest about its maker (API version 2 and later).</summary>
public sealed record SmbiosType1(string Manufacturer, string ProductName, string SerialNumber, ulong Version);
