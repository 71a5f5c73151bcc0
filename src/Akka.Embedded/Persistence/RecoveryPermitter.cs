using Akka.Actor;

namespace Akka.Persistence;

/// <summary>Lets a limited number of actors recover at a time, so that many that start at once do not flood the
/// store.</summary>
internal sealed class RecoveryPermitter(int permitsMax) : UntypedActor
{
    private readonly HashSet<IActorRef> _recovering = [];
    private readonly Queue<IActorRef> _waiting = new();

    /// <summary>The incarnation that each waiting actor last asked for; an actor waits once, however often it
    /// asks.</summary>
    private readonly Dictionary<IActorRef, int> _instances = [];

    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case Request request when _recovering.Contains(request.Actor):
                // Restarted while it recovered: it keeps its place.
                request.Actor.Tell(new Granted(request.InstanceId), Self);
                break;
            case Request request:
                Context.Watch(request.Actor);
                if (!_instances.ContainsKey(request.Actor))
                    _waiting.Enqueue(request.Actor);
                _instances[request.Actor] = request.InstanceId;
                Grant();
                break;
            case Return returned:
                Context.Unwatch(returned.Actor);
                GiveBack(returned.Actor);
                break;
            case Terminated terminated:
                _instances.Remove(terminated.ActorRef);
                GiveBack(terminated.ActorRef);
                break;
            default:
                Unhandled(message);
                break;
        }
    }

    private void GiveBack(IActorRef actor)
    {
        _recovering.Remove(actor);
        Grant();
    }

    private void Grant()
    {
        while (_recovering.Count < permitsMax && _waiting.TryDequeue(out var next))
        {
            // One that stopped while it waited is not known any more.
            if (!_instances.Remove(next, out var instanceId))
                continue;
            _recovering.Add(next);
            next.Tell(new Granted(instanceId), Self);
        }
    }

    /// <summary>Answered by <see cref="Granted"/> when there is room.</summary>
    public sealed record Request(IActorRef Actor, int InstanceId);

    /// <summary>The recovery is over, well or badly.</summary>
    public sealed record Return(IActorRef Actor);

    public sealed record Granted(int InstanceId) : JournalProtocol.IReply;
}
