namespace Akka.Actor;

/// <summary>A selection resolved to nobody, or not in time.</summary>
public class ActorNotFoundException : AkkaException
{
    /// <summary>With a message and what caused it.</summary>
    public ActorNotFoundException(string message, Exception? cause = null)
        : base(message, cause)
    {
    }
}
