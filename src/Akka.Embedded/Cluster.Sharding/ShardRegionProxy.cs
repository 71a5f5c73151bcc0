using Akka.Actor;
using Akka.Event;

namespace Akka.Cluster.Sharding;

/// <summary>Passes everything on to the region of a type, and keeps it while there is none.</summary>
internal sealed class ShardRegionProxy : ReceiveActor
{
    private readonly Queue<(object Message, IActorRef Sender)> _kept = new();
    private readonly int _keptMax;
    private IActorRef? _region;

    public ShardRegionProxy(int keptMax)
    {
        _keptMax = keptMax;

        Receive<ShardProtocol.RegionStarted>(OnRegionStarted);
        Receive<ShardProtocol.RegionStopped>(OnRegionStopped);
        ReceiveAny(OnMessage);
    }

    private void OnRegionStarted(ShardProtocol.RegionStarted started)
    {
        _region = started.Region;
        Context.WatchWith(_region, new ShardProtocol.RegionStopped(started.TypeName, _region));
        while (_kept.TryDequeue(out var kept))
            _region.Tell(kept.Message, kept.Sender);
    }

    private void OnRegionStopped(ShardProtocol.RegionStopped stopped)
    {
        if (stopped.Region.Equals(_region))
            _region = null;
    }

    private void OnMessage(object message)
    {
        if (_region is not null)
            _region.Forward(message);
        else if (_kept.Count < _keptMax)
            _kept.Enqueue((message, Sender));
        else
            Context.System.DeadLetters.Tell(new Dropped(message, "Buffer of the proxy is full", Sender, Self));
    }
}
