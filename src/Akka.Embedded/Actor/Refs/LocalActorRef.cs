using Akka.Dispatch;

namespace Akka.Actor;

/// <summary>The reference of a living or dead actor in this process.</summary>
internal sealed class LocalActorRef(ActorPath path, ActorCell cell) : ActorRefBase(path)
{
    public ActorCell Cell { get; } = cell;

    public override ActorSystemImpl System => Cell.SystemImpl;

    public override IActorRef Parent => Cell.ParentRef;

    public override IEnumerable<IActorRef> Children => Cell.Children.Living();

    public override bool IsTerminated => Cell.IsTerminated;

    public override void Tell(object message, IActorRef? sender)
    {
        ArgumentNullException.ThrowIfNull(message);
        Cell.Send(new Envelope(message, sender));
    }

    public override IActorRef Child(string name) => Cell.Children.Find(name);

    public override void SendSystemMessage(SystemMessage message) => Cell.SendSystemMessage(message);
}
