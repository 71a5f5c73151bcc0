namespace PropolisActors.Cli.Processes;

/// <summary>A process we started did not do what it was started for. The message is one line.</summary>
public sealed class ChildProcessException(string message) : Exception(message);
