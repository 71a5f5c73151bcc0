using Akka.Actor;

namespace Akka.Persistence;

/// <summary>Passes through the journal only to keep its place among the events; it is not stored.</summary>
internal sealed record DeferredMessage(object Payload, IActorRef Sender) : IPersistentEnvelope
{
    public int Size => 1;
}
