namespace Akka.Actor;

/// <summary>A message no actor can take.</summary>
public class InvalidMessageException : AkkaException
{
    /// <summary>With a message and what caused it.</summary>
    public InvalidMessageException(string message, Exception? cause = null)
        : base(message, cause)
    {
    }
}
