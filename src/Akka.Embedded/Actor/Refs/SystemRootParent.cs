using Akka.Dispatch;

namespace Akka.Actor;

/// <summary>Stands above the root guardian: hears that the last actor has stopped.</summary>
internal sealed class SystemRootParent(ActorSystemImpl system, ActorPath path) : ActorRefBase(path)
{
    public override ActorSystemImpl System => system;

    public override void Tell(object message, IActorRef? sender)
    {
    }

    public override void SendSystemMessage(SystemMessage message)
    {
        switch (message)
        {
            case SystemMessage.Failed failed:
                ((IInternalActorRef)failed.Child).SendSystemMessage(new SystemMessage.Terminate());
                break;
            case SystemMessage.Died died:
                system.OnGuardianStopped(died.Actor);
                break;
            default:
                base.SendSystemMessage(message);
                break;
        }
    }
}
