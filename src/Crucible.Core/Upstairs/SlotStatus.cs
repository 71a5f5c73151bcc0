using System.Net;
using Crucible.Wire;

namespace Crucible.Core.Upstairs;

/// <summary>A snapshot of one slot.</summary>
/// <param name="Region">Learned from the server; null until then.</param>
/// <param name="RepairAddress">Null until the server has introduced itself.</param>
/// <param name="Active">In service and in sync. Otherwise the slot is connecting, and mode and step say how.</param>
/// <param name="Mode">Null when active.</param>
/// <param name="Step">Null when active.</param>
/// <param name="WaitingFor">What this slot waits for and what would free it; null when active.</param>
/// <param name="Since">When it went into or out of service, or got its present task.</param>
/// <param name="LastError">The last thing that went wrong; null if nothing has since it was last in service.</param>
/// <param name="Attempts">Connection attempts since it was last in service or got its target.</param>
/// <param name="JobsInFlight">Jobs not yet answered by this slot, sent or held.</param>
/// <param name="BytesInFlight">Their payload.</param>
/// <param name="MalformedFrames">Connections that ended because the peer sent something that is no frame, or made no sense.</param>
/// <param name="IntegrityFailures">Read replies that failed their check.</param>
/// <param name="ErrorReports">Failed attempts the server told of.</param>
/// <param name="InSync">False once it was replaced or missed a job, until it is repaired or activated.</param>
public sealed record SlotStatus(
    ClientId Slot,
    RegionId? Region,
    IPEndPoint Target,
    IPEndPoint? RepairAddress,
    bool Active,
    SlotMode? Mode,
    SlotStep? Step,
    string? WaitingFor,
    DateTimeOffset Since,
    string? LastError,
    int Attempts,
    int JobsInFlight,
    ulong BytesInFlight,
    ulong MalformedFrames,
    ulong IntegrityFailures,
    ulong ErrorReports,
    bool InSync)
{
    /// <summary>Extents copied to this slot by live repair, all runs together.</summary>
    public ulong ExtentsRepaired { get; init; }

    /// <summary>Extents live repair found equal already.</summary>
    public ulong ExtentsConfirmed { get; init; }

    /// <summary>The extent under work while this slot is under live repair; null otherwise.</summary>
    public uint? ExtentLimit { get; init; }

    public ulong LiveRepairsCompleted { get; init; }

    public ulong LiveRepairsAborted { get; init; }

    /// <summary>Promotions in a row this server refused, as it does when a newer upstairs owns its region.</summary>
    public int PromotionsRefused { get; init; }
}
