namespace PropolisActors.Cli.Client;

/// <summary>The guest said that something went wrong, or is gone. The message is one line.</summary>
public sealed class GuestException(string message) : Exception(message);
