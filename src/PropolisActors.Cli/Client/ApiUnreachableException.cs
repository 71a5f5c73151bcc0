namespace PropolisActors.Cli.Client;

/// <summary>No answer came: nobody listens, the connection broke, or it took too long.</summary>
public sealed class ApiUnreachableException(string message, Exception inner) : Exception(message, inner);
