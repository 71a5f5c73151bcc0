namespace Akka.Actor;

/// <summary>A path at which nobody lives: the anchor of a selection into another system, for example.</summary>
internal sealed class MissingActorRef(ActorSystemImpl system, ActorPath path) : ActorRefBase(path)
{
    public override ActorSystemImpl System => system;

    public override bool IsTerminated => true;

    public override void Tell(object message, IActorRef? sender) => system.DeadLetterRef.Report(message, sender, this);
}
