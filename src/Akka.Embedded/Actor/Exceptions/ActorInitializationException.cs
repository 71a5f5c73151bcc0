namespace Akka.Actor;

/// <summary>A constructor or PreStart failed; the default decision is to stop the actor.</summary>
public class ActorInitializationException : AkkaException
{
    /// <summary>Without a message.</summary>
    public ActorInitializationException()
    {
    }

    /// <summary>Outside any particular actor.</summary>
    public ActorInitializationException(string message)
        : base(message)
    {
    }

    /// <summary>Outside any particular actor, with the cause.</summary>
    public ActorInitializationException(string message, Exception? cause)
        : base(message, cause)
    {
    }

    /// <summary>For one actor.</summary>
    public ActorInitializationException(IActorRef? actor, string message, Exception? cause = null)
        : base(message, cause)
        => Actor = actor!;

    /// <summary>Who could not start; null when unknown.</summary>
    public IActorRef Actor { get; } = null!;

    /// <inheritdoc/>
    public override string ToString() => Actor is null ? base.ToString() : $"{Actor}: {base.ToString()}";
}
