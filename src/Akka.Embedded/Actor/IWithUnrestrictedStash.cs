namespace Akka.Actor;

/// <summary>An actor with a stash and no wish about its mailbox.</summary>
public interface IWithUnrestrictedStash : IActorStash;
