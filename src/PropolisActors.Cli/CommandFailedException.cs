namespace PropolisActors.Cli;

/// <summary>A command cannot go on. The message is the one line its user sees; it says what to do next.</summary>
public sealed class CommandFailedException(string message, int exitCode = ExitCodes.Refused) : Exception(message)
{
    public int ExitCode { get; } = exitCode;
}
