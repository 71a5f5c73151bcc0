namespace Akka.Actor;

/// <summary>The new incarnation of a restarted actor could not be made; the default decision is to stop it.</summary>
public class PostRestartException : ActorInitializationException
{
    /// <summary>For one actor.</summary>
    /// <param name="actor">Who was restarting.</param>
    /// <param name="cause">What the new incarnation threw.</param>
    /// <param name="originalCause">What the restart was for.</param>
    public PostRestartException(IActorRef actor, Exception cause, Exception originalCause)
        : base(actor, "Exception post restart (" + (originalCause?.GetType().Name ?? "null") + ")", cause)
        => OriginalCause = originalCause!;

    /// <summary>What the restart was for.</summary>
    public Exception OriginalCause { get; }
}
