namespace Akka.Actor;

/// <summary>An actor was told <see cref="Kill"/>; stopped by default.</summary>
public class ActorKilledException : AkkaException
{
    /// <summary>With a message and what caused it.</summary>
    public ActorKilledException(string message, Exception? cause = null)
        : base(message, cause)
    {
    }
}
