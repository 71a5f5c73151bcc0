namespace Akka.Actor;

/// <summary>An ask had no answer in time.</summary>
public class AskTimeoutException : AkkaException
{
    /// <summary>With a message and what caused it.</summary>
    public AskTimeoutException(string message, Exception? cause = null)
        : base(message, cause)
    {
    }
}
