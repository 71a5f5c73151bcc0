namespace Akka.Actor;

/// <summary>The parent of actors that user code or the system itself creates at top level.</summary>
internal sealed class GuardianActor : ActorBase
{
    private readonly SupervisorStrategy _strategy;

    public GuardianActor(SupervisorStrategy strategy) => _strategy = strategy;

    public static Props Props(SupervisorStrategy strategy) => Actor.Props.Create(typeof(GuardianActor), strategy);

    protected override bool Receive(object message) => false;

    protected override SupervisorStrategy SupervisorStrategy() => _strategy;
}
