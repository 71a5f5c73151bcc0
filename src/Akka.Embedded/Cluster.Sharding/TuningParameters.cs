namespace Akka.Cluster.Sharding;

/// <summary>Limits of sharding. Those about coordinators, stores and rebalancing have nothing to limit here.</summary>
public class TuningParameters
{
    internal TuningParameters(int bufferSize, TimeSpan handOffTimeout)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(bufferSize);
        BufferSize = bufferSize;
        HandOffTimeout = handOffTimeout;
    }

    /// <summary>Messages that may wait in a shard, over its passivating entities; more become dead letters.</summary>
    public int BufferSize { get; }

    /// <summary>Entities get this long, less 5 s but at least 1 s, to stop when their shard is handed off.</summary>
    public TimeSpan HandOffTimeout { get; }

    public TuningParameters WithBufferSize(int bufferSize) => new(bufferSize, HandOffTimeout);

    public TuningParameters WithHandOffTimeout(TimeSpan handOffTimeout) => new(BufferSize, handOffTimeout);
}
