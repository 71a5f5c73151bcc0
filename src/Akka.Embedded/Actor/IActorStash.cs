namespace Akka.Actor;

/// <summary>An actor with a stash; filled in after its constructor and before PreStart.</summary>
public interface IActorStash
{
    /// <summary>Set by the system.</summary>
    IStash Stash { get; set; }
}
