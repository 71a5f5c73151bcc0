using Akka.Actor;

namespace PropolisActors.SystemSimulation.World;

/// <summary>An actor that hands what it is told, and by whom, to whoever made it.</summary>
internal sealed class Inbox(Action<object, IActorRef> take) : UntypedActor
{
    public static Props Into(Action<object, IActorRef> take) => Props.Create(() => new Inbox(take));

    protected override void OnReceive(object message) => take(message, Sender);
}
