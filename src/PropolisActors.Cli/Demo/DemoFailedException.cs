namespace PropolisActors.Cli.Demo;

/// <summary>The story did not go as it should. The message says in one line what was seen.</summary>
internal sealed class DemoFailedException(string message) : Exception(message);
