namespace Akka.Actor;

/// <summary>Death watch.</summary>
public interface ICanWatch
{
    /// <summary>Asks for one <see cref="Terminated"/> when the target stops, or at once if it already has.</summary>
    /// <returns>The same reference.</returns>
    IActorRef Watch(IActorRef subject);

    /// <summary>As <see cref="Watch"/>, with a message of one's own in place of <see cref="Terminated"/>.</summary>
    IActorRef WatchWith(IActorRef subject, object message);

    /// <summary>Withdraws the watch; a notice already queued is not delivered.</summary>
    IActorRef Unwatch(IActorRef subject);
}
