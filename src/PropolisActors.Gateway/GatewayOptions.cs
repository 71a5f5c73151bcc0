using PropolisActors.Gateway.Access;

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

    /// <summary>Who may use the service.</summary>
    public AccessControl Access { get; init; } = AccessControl.Open;

    /// <summary>How long a client may take for the handshake of TLS, more than 0.</summary>
    public TimeSpan HandshakeTime { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How long a client may take for the first line and the headers of a request, more than 0.</summary>
    public TimeSpan HeaderTime { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>How long a connection may be open without a request, more than 0.</summary>
    public TimeSpan IdleTime { get; init; } = TimeSpan.FromSeconds(130);

    /// <summary>Bytes of all headers of a request together, 1 KiB or more; beyond it the answer is 431.</summary>
    public int HeaderBytesMax { get; init; } = 32 * 1024;

    /// <summary>Headers of a request, 10 or more.</summary>
    public int HeadersMax { get; init; } = 100;

    /// <summary>A client that sends a body, or takes an answer, more slowly than this many bytes a second is cut off after
    /// <see cref="RateGrace"/>.</summary>
    public double RateMin { get; init; } = 240;

    /// <summary>How long a client may be slower than <see cref="RateMin"/> at first, more than 1 s.</summary>
    public TimeSpan RateGrace { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How long the other end of a WebSocket may leave a ping unanswered, more than 0.</summary>
    public TimeSpan PongTime { get; init; } = TimeSpan.FromSeconds(60);

    public static GatewayOptions Default { get; } =
        new(TimeSpan.FromSeconds(14), TimeSpan.FromSeconds(60), TimeSpan.FromSeconds(5), 10_000);

    /// <summary>Says which of the values that a configuration may set is out of its range, or null.</summary>
    public string? Fault() => this switch
    {
        { ConnectionsMax: < 1 or > 1_000_000 } => "propolis.http.connections-max must be 1 to 1000000",
        _ when !IsTime(HeaderTime) => "propolis.http.header-time must be more than 0 and at most 1 h",
        _ when !IsTime(IdleTime) => "propolis.http.idle-time must be more than 0 and at most 1 h",
        _ when !IsTime(SendTime) => "propolis.http.send-time must be more than 0 and at most 1 h",
        { EventsMax: < 1 or > 10_000_000 } => "propolis.events.count-max must be 1 to 10000000",
        { EventBytesMax: < 1 } => "propolis.events.bytes-max must be 1 or more",
        { EventStreamsMax: < 1 or > 100_000 } => "propolis.events.readers-max must be 1 to 100000",
        _ => null,
    };

    private static bool IsTime(TimeSpan time) => time > TimeSpan.Zero && time <= TimeSpan.FromHours(1);
}
