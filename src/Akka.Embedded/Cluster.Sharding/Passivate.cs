namespace Akka.Cluster.Sharding;

/// <summary>Told by an entity to its parent when it wants to stop without losing messages on their way.</summary>
/// <remarks>The shard sends <see cref="StopMessage"/> back; the entity is then to stop. What arrives for its id
/// meanwhile waits and starts a new incarnation.</remarks>
public sealed class Passivate(object stopMessage) : IShardRegionCommand
{
    /// <summary>What the entity gets back, for example <c>PoisonPill.Instance</c>.</summary>
    public object StopMessage { get; } = stopMessage;
}
