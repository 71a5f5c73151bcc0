namespace Akka.Actor;

/// <summary>An ask that waits for its answer, whatever the type.</summary>
internal interface IPromise : IInternalActorRef
{
    void Fail(Exception cause);
}
