using Akka.Actor;

namespace Akka.TestKit;

/// <summary>Supervises each child by the strategy it was spawned with, the default one otherwise.</summary>
internal sealed class StrategyPerChild(IReadOnlyDictionary<IActorRef, SupervisorStrategy> strategies)
    : SupervisorStrategy(-1, null, DefaultDecider, loggingEnabled: false)
{
    internal override bool HandleFailure(ActorCell parent, ChildEntry child, Exception cause)
        => strategies.GetValueOrDefault(child.Ref, DefaultStrategy).HandleFailure(parent, child, cause);

    private protected override void Apply(ActorCell parent, ChildEntry child, Exception cause, bool restart)
    {
        // Never asked: the child's own strategy carries out what it decides.
    }
}
