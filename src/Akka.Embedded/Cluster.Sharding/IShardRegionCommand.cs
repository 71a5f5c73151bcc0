using System.Diagnostics.CodeAnalysis;

namespace Akka.Cluster.Sharding;

/// <summary>What sharding itself takes as a command.</summary>
[SuppressMessage("Design", "CA1040", Justification = "The shape is Akka.NET's.")]
public interface IShardRegionCommand;
