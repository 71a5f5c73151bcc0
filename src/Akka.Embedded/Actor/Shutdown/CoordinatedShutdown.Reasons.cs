namespace Akka.Actor;

/// <summary>Why a system ends.</summary>
public sealed partial class CoordinatedShutdown
{
    /// <summary>The base of reasons; an application may have its own.</summary>
    public class Reason
    {
        /// <summary>For subclasses.</summary>
        protected Reason()
        {
        }
    }

    /// <summary>No reason was given.</summary>
    public class UnknownReason : Reason
    {
        /// <summary>The only one.</summary>
        public static readonly Reason Instance = new UnknownReason();

        private UnknownReason()
        {
        }
    }

    /// <summary><see cref="ActorSystem.Terminate"/> was called.</summary>
    public class ActorSystemTerminateReason : Reason
    {
        /// <summary>The only one.</summary>
        public static readonly Reason Instance = new ActorSystemTerminateReason();

        private ActorSystemTerminateReason()
        {
        }
    }

    /// <summary>The process, or its host, ends.</summary>
    public class ClrExitReason : Reason
    {
        /// <summary>The only one.</summary>
        public static readonly Reason Instance = new ClrExitReason();

        private ClrExitReason()
        {
        }
    }

    /// <summary>The cluster declared this node dead.</summary>
    public class ClusterDowningReason : Reason
    {
        /// <summary>The only one.</summary>
        public static readonly Reason Instance = new ClusterDowningReason();

        private ClusterDowningReason()
        {
        }
    }

    /// <summary>The node leaves its cluster.</summary>
    public class ClusterLeavingReason : Reason
    {
        /// <summary>The only one.</summary>
        public static readonly Reason Instance = new ClusterLeavingReason();

        private ClusterLeavingReason()
        {
        }
    }

    /// <summary>The node could not join the cluster.</summary>
    public class ClusterJoinUnsuccessfulReason : Reason
    {
        /// <summary>The only one.</summary>
        public static readonly Reason Instance = new ClusterJoinUnsuccessfulReason();

        private ClusterJoinUnsuccessfulReason()
        {
        }
    }
}
