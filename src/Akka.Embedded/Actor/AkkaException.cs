namespace Akka.Actor;

/// <summary>Base of every exception that this library raises on purpose.</summary>
public abstract class AkkaException : Exception
{
    protected AkkaException()
    {
    }

    protected AkkaException(string? message, Exception? cause = null)
        : base(message, cause)
    {
    }
}
