using Akka.Actor;
using Akka.TestKit;

namespace Akka.Conformance.Tests;

/// <summary>Stopping a top-level actor that has been told so for sure.</summary>
public static class StopRequest
{
    /// <summary>Returns when the actor has its stop message, whether or not it has got round to it.</summary>
    /// <remarks>The packages ask the guardian to stop its child, as an ordinary message: once the guardian answers, it has
    /// done so.</remarks>
    public static void StopForSure(this TestKitBase kit, IActorRef actor)
    {
        kit.Sys.Stop(actor);
        var asking = kit.CreateTestProbe();
        kit.Sys.ActorSelection("/user").Tell(new Identify("told"), asking.Ref);
        asking.ExpectMsg<ActorIdentity>(Limits.Long);
    }
}
