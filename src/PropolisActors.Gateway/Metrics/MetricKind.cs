namespace PropolisActors.Gateway.Metrics;

/// <summary>What a figure means.</summary>
internal enum MetricKind
{
    /// <summary>Only rises.</summary>
    Counter,

    /// <summary>Where something stands.</summary>
    Gauge,

    /// <summary>The same, told by steps up and down.</summary>
    UpAndDown,

    /// <summary>How often each size occurred.</summary>
    Histogram,
}
