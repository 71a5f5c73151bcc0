namespace Akka.Actor;

/// <summary>Anything a message can be told to.</summary>
public interface ICanTell
{
    /// <summary>Sends without waiting. Never fails because the target is gone.</summary>
    /// <param name="message">Not null.</param>
    /// <param name="sender">Who the receiver shall see as its <c>Sender</c>; null for nobody.</param>
    void Tell(object message, IActorRef? sender);
}
