using Akka.Actor;

namespace Akka.Event;

/// <summary>Subscribing by type parameter.</summary>
public static class EventStreamExtensions
{
    /// <summary>Subscribes to a type and all that derive from it.</summary>
    public static bool Subscribe<TChannel>(this EventStream eventStream, IActorRef subscriber)
        => eventStream.Subscribe(subscriber, typeof(TChannel));

    /// <summary>Ends such a subscription.</summary>
    public static bool Unsubscribe<TChannel>(this EventStream eventStream, IActorRef subscriber)
        => eventStream.Unsubscribe(subscriber, typeof(TChannel));
}
