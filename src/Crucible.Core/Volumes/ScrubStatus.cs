namespace Crucible.Core.Volumes;

/// <summary>How far the copying of a parent's blocks into their volume has come.</summary>
/// <param name="State">What it does.</param>
/// <param name="BytesDone">From the volume's start; what is below never reaches the parent again.</param>
/// <param name="BytesNeeded">What the parent supplies at most.</param>
/// <param name="Since">When it came to that state.</param>
/// <param name="LastError">The last read or write that failed; null if none has since it last went on.</param>
public sealed record ScrubStatus(ScrubState State, ulong BytesDone, ulong BytesNeeded, DateTimeOffset Since, string? LastError);
