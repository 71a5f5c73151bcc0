namespace Akka.Actor;

/// <summary>The references every system has.</summary>
public static class ActorRefs
{
    /// <summary>An actor that is not there.</summary>
    public static readonly Nobody Nobody = Nobody.Instance;

    /// <summary>No sender: null.</summary>
    public static readonly IActorRef NoSender = null!;
}
