namespace Akka.Actor;

/// <summary>The context of an <see cref="UntypedActor"/>.</summary>
public interface IUntypedActorContext : IActorContext
{
    /// <summary>Replaces the behaviour on top of the stack; every message counts as handled.</summary>
    void Become(UntypedReceive receive);

    /// <summary>Pushes such a behaviour.</summary>
    void BecomeStacked(UntypedReceive receive);
}
