namespace Akka.Cluster.Hosting;

/// <summary>Settings of a cluster node, for the provider that has clusters.</summary>
public sealed class ClusterOptions
{
    public string[]? Roles { get; set; }

    public string[]? SeedNodes { get; set; }
}
