namespace Crucible.Net.Replay;

/// <summary>Our disk server did something that was not recorded, or the recording cannot be held.</summary>
internal sealed class ReplayDifferenceException(string message) : Exception(message);
