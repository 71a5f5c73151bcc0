namespace PropolisActors.Cli;

/// <summary>What a command's end tells the shell.</summary>
public static class ExitCodes
{
    public const int Done = 0;

    /// <summary>The request was understood and refused, or the work failed; one line on standard error says why.</summary>
    public const int Refused = 1;

    public const int WrongUsage = 2;
}
