namespace Akka.Actor;

/// <summary>Questions about references.</summary>
public static class ActorRefExtensions
{
    /// <summary>True for null, <see cref="ActorRefs.Nobody"/> and the dead letters reference.</summary>
    public static bool IsNobody(this IActorRef? actorRef) => actorRef is null or Nobody or DeadLetterActorRef;

    /// <summary>The reference, or another if it is nobody.</summary>
    public static IActorRef GetOrElse(this IActorRef actorRef, Func<IActorRef> elseValue)
        => actorRef.IsNobody() ? elseValue() : actorRef;
}
