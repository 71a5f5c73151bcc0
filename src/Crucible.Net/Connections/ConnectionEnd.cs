namespace Crucible.Net.Connections;

/// <summary>How a connection ended.</summary>
/// <param name="Reason">The first cause.</param>
/// <param name="Text">One sentence for a log or a status; never holds payload bytes or keys. May be empty.</param>
public sealed record ConnectionEnd(CloseReason Reason, string Text);
