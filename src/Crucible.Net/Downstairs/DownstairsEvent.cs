using Crucible.Core.Downstairs;
using Crucible.Net.Connections;

namespace Crucible.Net.Downstairs;

/// <summary>What the event loop of a disk server hears of.</summary>
internal abstract record DownstairsEvent
{
    private DownstairsEvent()
    {
    }

    public sealed record Opened(ConnectionNumber Number, FramedConnection Connection) : DownstairsEvent;

    public sealed record Ended(ConnectionNumber Number, ConnectionEnd End) : DownstairsEvent;

    public sealed record RetryDue(ConnectionNumber Number, JobTicket Ticket) : DownstairsEvent;

    /// <summary>Close every connection, now and as they come.</summary>
    public sealed record Stop : DownstairsEvent;
}
