namespace Akka.Actor;

/// <summary>Swallows what it is told, without a dead letter.</summary>
internal sealed class IgnoreActorRef(ActorSystemImpl system, ActorPath path) : ActorRefBase(path)
{
    public override ActorSystemImpl System => system;

    public override void Tell(object message, IActorRef? sender)
    {
    }
}
