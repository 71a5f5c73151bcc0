namespace Akka.Actor;

/// <summary>Telling without naming the sender.</summary>
public static class ActorRefImplicitSenderExtensions
{
    /// <summary>Sends with the current actor as sender, or without one outside an actor.</summary>
    public static void Tell(this ICanTell receiver, object message) => receiver.Tell(message, ActorCell.CurrentSelfOrNoSender);

    /// <summary>Sends on with the sender of the message being handled.</summary>
    public static void Forward(this ICanTell receiver, object message)
        => receiver.Tell(message, ActorCell.Current?.Sender ?? ActorRefs.NoSender);
}
