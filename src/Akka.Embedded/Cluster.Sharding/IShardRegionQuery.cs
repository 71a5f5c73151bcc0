using System.Diagnostics.CodeAnalysis;

namespace Akka.Cluster.Sharding;

/// <summary>What a region answers about itself without changing anything.</summary>
[SuppressMessage("Design", "CA1040", Justification = "The shape is Akka.NET's.")]
public interface IShardRegionQuery;
