namespace Crucible.Wire.Vectors;

/// <summary>One step of a recorded session.</summary>
/// <param name="Connection">The label of the TCP connection.</param>
/// <param name="IsServers">The disk server did it; otherwise the upstairs.</param>
/// <param name="Frame">What was sent, with its length prefix; null when the connection was closed.</param>
public sealed record RecordedStep(string Connection, bool IsServers, byte[]? Frame);
