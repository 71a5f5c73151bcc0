namespace PropolisActors.Cli.Client;

/// <summary>An answer is not what its request promises.</summary>
public sealed class AnswerFormatException(string message, Exception? inner = null) : Exception(message, inner);
