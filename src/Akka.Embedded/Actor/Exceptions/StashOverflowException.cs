namespace Akka.Actor;

/// <summary>A stash was full.</summary>
public class StashOverflowException : AkkaException
{
    /// <summary>With a message and what caused it.</summary>
    public StashOverflowException(string message, Exception? cause = null)
        : base(message, cause)
    {
    }
}
