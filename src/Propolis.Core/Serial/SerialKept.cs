namespace Propolis.Core.Serial;

/// <summary>A console's history, as it goes to another server.</summary>
/// <param name="TotalBytes">Everything ever put out.</param>
/// <param name="First">The beginning that is kept, from offset 0.</param>
/// <param name="Recent">The most recent output that is kept, up to the end.</param>
public sealed record SerialKept(ulong TotalBytes, byte[] First, byte[] Recent);
