namespace PropolisActors.Gateway;

/// <summary>Limits and times of the HTTP interface.</summary>
/// <param name="AnswerTime">How long an actor may take to answer, more than 0. The default of 14 s lies below the 15 s
/// after which existing clients give up (propolis-server API, section 1.8), so they hear why. A state monitor has no
/// such limit.</param>
/// <param name="SendTime">How long one console output may take to reach its client, more than 0; then the client is
/// dropped. Default 60 s.</param>
/// <param name="CloseTime">How long a client may take to answer the closing of its console, more than 0. Default 5 s.</param>
/// <param name="ConnectionsMax">Connections at once, consoles included, 1 or more. Default 10 000.</param>
public sealed record GatewayOptions(TimeSpan AnswerTime, TimeSpan SendTime, TimeSpan CloseTime, int ConnectionsMax)
{
    /// <summary>Events kept for readers that come back, 1 or more.</summary>
    public int EventsMax { get; init; } = 65_536;

    /// <summary>Their bytes, 1 or more; the newest event is kept whatever its size. A slot's event has about 300.</summary>
    public long EventBytesMax { get; init; } = 16 * 1024 * 1024;

    /// <summary>Readers of events at once, 1 or more.</summary>
    public int EventStreamsMax { get; init; } = 256;

    /// <summary>How long a stream of events may be silent before a comment is sent, more than 0. Proxies commonly drop a
    /// connection that is silent for 60 s.</summary>
    public TimeSpan KeepAliveTime { get; init; } = TimeSpan.FromSeconds(15);

    public static GatewayOptions Default { get; } =
        new(TimeSpan.FromSeconds(14), TimeSpan.FromSeconds(60), TimeSpan.FromSeconds(5), 10_000);
}
