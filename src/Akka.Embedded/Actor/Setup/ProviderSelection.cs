namespace Akka.Actor;

/// <summary>Whether a system is alone or in a cluster. Only a system alone can be started here.</summary>
public abstract class ProviderSelection
{
    private ProviderSelection(string identifier, string fqn, bool hasCluster)
    {
        Identifier = identifier;
        Fqn = fqn;
        HasCluster = hasCluster;
    }

    /// <summary>Short name in the configuration.</summary>
    internal string Identifier { get; }

    /// <summary>Full name in the configuration.</summary>
    internal string Fqn { get; }

    /// <summary>Whether it is a cluster.</summary>
    internal bool HasCluster { get; }

    /// <summary>One process.</summary>
    public sealed class Local : ProviderSelection
    {
        /// <summary>The only instance.</summary>
        public static readonly Local Instance = new();

        private Local()
            : base("local", "Akka.Actor.LocalActorRefProvider", hasCluster: false)
        {
        }
    }

    /// <summary>Several processes. Refused at start.</summary>
    public sealed class Remote : ProviderSelection
    {
        /// <summary>The only instance.</summary>
        public static readonly Remote Instance = new();

        private Remote()
            : base("remote", "Akka.Remote.RemoteActorRefProvider", hasCluster: false)
        {
        }
    }

    /// <summary>A cluster. Refused at start.</summary>
    public sealed class Cluster : ProviderSelection
    {
        /// <summary>The only instance.</summary>
        public static readonly Cluster Instance = new();

        private Cluster()
            : base("cluster", "Akka.Cluster.ClusterActorRefProvider", hasCluster: true)
        {
        }
    }
}
