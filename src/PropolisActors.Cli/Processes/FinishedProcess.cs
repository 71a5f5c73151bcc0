namespace PropolisActors.Cli.Processes;

/// <summary>What a process that ended leaves.</summary>
public sealed record FinishedProcess(int ExitCode, string Output, string Error);
