using System.Net;
using Crucible.Wire;

namespace Crucible.Core.Upstairs;

/// <summary>What the machine knows of one slot. Data only: every decision is the machine's.</summary>
internal sealed class Slot(ClientId id, IPEndPoint target)
{
    public ClientId Id { get; } = id;

    public IPEndPoint Target { get; set; } = target;

    public IPEndPoint? RepairAddress { get; set; }

    public RegionId? Region { get; set; }

    /// <summary>In service. When false, <see cref="Mode"/> and <see cref="Step"/> say how it is to come back.</summary>
    public bool Active { get; set; }

    public SlotMode Mode { get; set; }

    public SlotStep Step { get; set; }

    public SlotLink Link { get; set; }

    /// <summary>The attempt whose inputs count; anything else is stale.</summary>
    public ConnectionNumber Connection { get; set; }

    /// <summary>
    /// It got another target since it was last in service. Kept apart from why the connection ended, because a
    /// replacement may race with a fault and the new region's id must be accepted all the same.
    /// </summary>
    public bool Replaced { get; set; }

    /// <summary>It was not replaced and missed nothing since it was last known to equal the others.</summary>
    public bool InSync { get; set; } = true;

    /// <summary>
    /// Holds, or will by replay, every write that an answered flush covers. A slot that missed only unflushed writes
    /// still does, and so its copy may be what saves the disk.
    /// </summary>
    public bool HoldsFlushes { get; set; } = true;

    /// <summary>The last flush this slot answered, within the present activation.</summary>
    public JobId? LastFlush { get; set; }

    /// <summary>Jobs below it are unknown to the server's present session and must not be named to it.</summary>
    public JobId Floor { get; set; }

    /// <summary>What its extents say, from <c>ExtentVersions</c> until activation.</summary>
    public Message.ExtentVersions? Versions { get; set; }

    public int JobsInProgress { get; set; }

    public ulong BytesInProgress { get; set; }

    public int JobsFinished { get; set; }

    public ulong BytesFinished { get; set; }

    public DateTimeOffset Since { get; set; }

    public string? LastError { get; set; }

    public int Attempts { get; set; }

    public ulong MalformedFrames { get; set; }

    public ulong IntegrityFailures { get; set; }

    public ulong ErrorReports { get; set; }

    /// <summary>Connections in a row that ended instead of being promoted: how a server refuses a generation.</summary>
    public int PromotionsRefused { get; set; }

    public ulong ExtentsCopied { get; set; }

    public ulong ExtentsConfirmed { get; set; }

    public ulong RepairsCompleted { get; set; }

    public ulong RepairsAborted { get; set; }

    /// <summary>Is being made whole; takes the jobs of what is repaired already.</summary>
    public bool UnderRepair => Step == SlotStep.LiveRepair && !Active;

    /// <summary>Sends and answers jobs.</summary>
    public bool TakesJobs => Active || UnderRepair;

    /// <summary>Takes guest I/O now, or will be given it by replay.</summary>
    public bool Accepting => TakesJobs || Mode == SlotMode.Offline;

    public override string ToString() => $"{Id} ({Target})";
}
