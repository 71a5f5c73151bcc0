namespace Akka.Actor;

/// <summary>The phases every system has, in their order.</summary>
public sealed partial class CoordinatedShutdown
{
    /// <summary>The first one.</summary>
    public const string PhaseBeforeServiceUnbind = "before-service-unbind";

    /// <summary>Take no new requests.</summary>
    public const string PhaseServiceUnbind = "service-unbind";

    /// <summary>Let requests in progress end.</summary>
    public const string PhaseServiceRequestsDone = "service-requests-done";

    /// <summary>Close the endpoints.</summary>
    public const string PhaseServiceStop = "service-stop";

    /// <summary>What comes after the service and before the cluster.</summary>
    public const string PhaseBeforeClusterShutdown = "before-cluster-shutdown";

    /// <summary>Hand the shards over.</summary>
    public const string PhaseClusterShardingShutdownRegion = "cluster-sharding-shutdown-region";

    /// <summary>Ask to leave the cluster.</summary>
    public const string PhaseClusterLeave = "cluster-leave";

    /// <summary>Hand the singletons over.</summary>
    public const string PhaseClusterExiting = "cluster-exiting";

    /// <summary>Wait until the others know.</summary>
    public const string PhaseClusterExitingDone = "cluster-exiting-done";

    /// <summary>Stop the cluster.</summary>
    public const string PhaseClusterShutdown = "cluster-shutdown";

    /// <summary>The last one in which all actors still run.</summary>
    public const string PhaseBeforeActorSystemTerminate = "before-actor-system-terminate";

    /// <summary>The actors stop.</summary>
    public const string PhaseActorSystemTerminate = "actor-system-terminate";
}
