using Akka.Actor;

namespace Akka.Cluster.Sharding;

/// <summary>What region and shards of one type need to know.</summary>
/// <param name="Name">As the application gave it; escaped only in paths.</param>
/// <param name="EntityProps">Entity id to the entity's props.</param>
/// <param name="Settings">Limits and times.</param>
/// <param name="Extractor">Which entity a message is for.</param>
/// <param name="StopMessage">What stops an entity that is handed off or idle.</param>
internal sealed record EntityType(
    string Name,
    Func<string, Props> EntityProps,
    ClusterShardingSettings Settings,
    EnvelopeExtractor Extractor,
    object StopMessage);
