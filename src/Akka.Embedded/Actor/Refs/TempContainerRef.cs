namespace Akka.Actor;

/// <summary>The parent of all asks in progress.</summary>
internal sealed class TempContainerRef(ActorSystemImpl system, ActorPath path) : ActorRefBase(path)
{
    public override ActorSystemImpl System => system;

    public override IActorRef Parent => system.RootGuardian;

    public override void Tell(object message, IActorRef? sender) => system.DeadLetterRef.Report(message, sender, this);

    public override IActorRef Child(string name) => system.Promises.Find(name);
}
