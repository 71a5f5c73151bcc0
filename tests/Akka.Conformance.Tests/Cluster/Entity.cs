using Akka.Actor;
using Akka.Cluster.Sharding;

namespace Akka.Conformance.Tests.Cluster;

/// <summary>An entity that tells a watcher of its life and obeys words.</summary>
public sealed class Entity : ReceiveActor
{
    private readonly string _id;
    private readonly IActorRef _watcher;
    private int _count;

    public Entity(string id, IActorRef watcher, EntityGate? gate)
    {
        _id = id;
        _watcher = watcher;
        Receive<string>(word =>
        {
            switch (word)
            {
                case "who":
                    Sender.Tell((Self, Context.Parent));
                    break;
                case "count":
                    Sender.Tell(++_count);
                    break;
                case "fail":
                    throw new InvalidOperationException("told to");
                case "quit":
                    gate?.Pass();
                    Context.Stop(Self);
                    break;
                case "passivate":
                    Context.Parent.Tell(new Passivate("stop"));
                    Sender.Tell($"{id} passivates");
                    break;
                case "passivate twice":
                    Context.Parent.Tell(new Passivate("noted"));
                    Context.Parent.Tell(new Passivate("noted"));
                    Sender.Tell($"{id} passivates");
                    break;
                case "stop":
                    gate?.Pass();
                    watcher.Tell($"{id} got stop");
                    Context.Stop(Self);
                    break;
                case "noted":
                    watcher.Tell($"{id} got noted");
                    break;
                default:
                    Sender.Tell($"{id} got {word}");
                    break;
            }
        });
    }

    protected override void PreStart() => _watcher.Tell($"{_id} started");

    protected override void PostStop() => _watcher.Tell($"{_id} stopped");
}
