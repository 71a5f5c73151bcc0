namespace Akka.Cluster.Hosting;

/// <summary>Settings of a singleton and its proxy; null leaves them to the configuration.</summary>
public sealed class ClusterSingletonOptions
{
    /// <summary>Messages the proxy keeps while the singleton is unknown.</summary>
    public int? BufferSize { get; set; }

    /// <summary>Role of the nodes that may host it. The one process has every role.</summary>
    public string? Role { get; set; }

    /// <summary>What makes the singleton stop; <c>PoisonPill</c> when null.</summary>
    public object? TerminationMessage { get; set; }
}
