namespace Akka.Actor;

/// <summary>The base of what the actor system itself throws.</summary>
public abstract class AkkaException : Exception
{
    /// <summary>Without a message.</summary>
    protected AkkaException()
    {
    }

    /// <summary>With a message and what caused it.</summary>
    protected AkkaException(string message, Exception? cause = null)
        : base(message, cause)
    {
    }

    /// <summary>The exception that caused this one, or null.</summary>
    protected Exception? Cause => InnerException;
}
