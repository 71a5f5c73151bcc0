namespace Akka.Actor;

/// <summary>A selection's path is not well formed.</summary>
public class IllegalActorNameException : AkkaException
{
    /// <summary>With a message.</summary>
    public IllegalActorNameException(string message)
        : base(message)
    {
    }
}
