using Crucible.Wire;

namespace Crucible.Core.Downstairs;

/// <summary>How far one connection has come.</summary>
internal enum ConnectionPhase
{
    /// <summary>Nothing but pings was heard.</summary>
    Open,

    /// <summary>Its hello was accepted.</summary>
    Connected,

    /// <summary>It holds the place of the active upstairs, but storage has not said yet that this is durable.</summary>
    Promoting,

    /// <summary>It was told that it is active.</summary>
    Promoted,

    /// <summary>It was told the region's definition.</summary>
    SentRegionInfo,

    /// <summary>It sends jobs.</summary>
    Running,
}

/// <summary>What the machine knows of one connection.</summary>
internal sealed class DownstairsConnection(ConnectionNumber number)
{
    public ConnectionNumber Number => number;

    public ConnectionPhase Phase { get; set; } = ConnectionPhase.Open;

    /// <summary>From the hello.</summary>
    public SessionIds Ids { get; set; }

    /// <summary>From the hello until the promotion, which may bring another one.</summary>
    public Generation Generation { get; set; }

    /// <summary>What arrived while promoting: a peer need not wait for the answer before it goes on.</summary>
    public Queue<Message> Held { get; } = new();

    public long HeldBytes { get; set; }

    /// <summary>Its jobs; empty until Running.</summary>
    public JobQueue Jobs { get; set; } = new(completed: null);

    /// <summary>The newest job of this session whose effect is durable, if the connection replays; null if it does not,
    /// or nothing is known.</summary>
    public JobId? DoneThrough { get; set; }
}
