namespace Akka.Actor;

/// <summary>An actor did something its state does not allow, such as stashing a message twice.</summary>
public class IllegalActorStateException : AkkaException
{
    /// <summary>With a message and what caused it.</summary>
    public IllegalActorStateException(string message, Exception? cause = null)
        : base(message, cause)
    {
    }
}
