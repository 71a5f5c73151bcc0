using Akka.Actor;

namespace Akka.TestKit;

/// <summary>Puts what it receives where the test finds it.</summary>
internal sealed class TestActor(MessageQueue queue) : UntypedActor
{
    private readonly Dictionary<IActorRef, SupervisorStrategy> _strategies = [];
    private AutoPilot _autoPilot = NoAutoPilot.Instance;
    private Func<object, bool>? _ignore;

    protected override SupervisorStrategy SupervisorStrategy() => new StrategyPerChild(_strategies);

    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case SetIgnore m:
                _ignore = m.Ignore;
                return;
            case StartWatching m:
                Context.Watch(m.Target);
                return;
            case StopWatching m:
                Context.Unwatch(m.Target);
                return;
            case SetAutoPilot m:
                _autoPilot = m.AutoPilot;
                return;
            case Spawn m:
                Create(m);
                return;
        }
        if (_autoPilot is not NoAutoPilot && _autoPilot.Run(Sender, message) is { } next and not KeepRunning)
            _autoPilot = next;
        if (_ignore?.Invoke(message) != true)
            queue.Put(new RealMessageEnvelope(message, Sender));
    }

    private void Create(Spawn spawn)
    {
        var child = spawn.Name is null ? Context.ActorOf(spawn.Props) : Context.ActorOf(spawn.Props, spawn.Name);
        if (spawn.Strategy is not null)
            _strategies[child] = spawn.Strategy;
        Sender.Tell(child);
    }

    public sealed record SetIgnore(Func<object, bool>? Ignore);

    public sealed record StartWatching(IActorRef Target);

    public sealed record StopWatching(IActorRef Target);

    public sealed record SetAutoPilot(AutoPilot AutoPilot);

    public sealed record Spawn(Props Props, string? Name, SupervisorStrategy? Strategy);
}
