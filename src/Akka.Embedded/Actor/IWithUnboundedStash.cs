namespace Akka.Actor;

/// <summary>An actor whose stash has no limit.</summary>
public interface IWithUnboundedStash : IActorStash;
