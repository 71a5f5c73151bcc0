namespace Akka.Actor;

/// <summary>A name is malformed or already taken among its siblings.</summary>
public class InvalidActorNameException : AkkaException
{
    /// <summary>With a message and what caused it.</summary>
    public InvalidActorNameException(string message, Exception? cause = null)
        : base(message, cause)
    {
    }
}
