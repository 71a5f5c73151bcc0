namespace Crucible.Core.Upstairs;

/// <summary>The limits of one region set. Unless it says otherwise a number is the reference upstairs' own.</summary>
public static class UpstairsLimits
{
    /// <summary>Ids of jobs start here and are never reused by one upstairs object.</summary>
    public const ulong FirstJobId = 1000;

    /// <summary>The largest read or write that is one job; its user splits larger ones.</summary>
    public const int MaxIoBytes = 1024 * 1024;

    /// <summary>Unfinished jobs one slot may hold before guest requests wait.</summary>
    public const int AdmissionJobs = 1500;

    /// <summary>Unfinished bytes one slot may hold before guest requests wait.</summary>
    public const ulong AdmissionBytes = 75UL * 1024 * 1024;

    /// <summary>
    /// Unfinished jobs by which reads may go beyond <see cref="AdmissionJobs"/>, so that they do not wait behind a full
    /// queue of writes. A slot beyond even that is not asked to read while another can. Ours.
    /// </summary>
    public const int ReadReserveJobs = 128;

    /// <summary>The same for bytes and <see cref="AdmissionBytes"/>. Ours.</summary>
    public const ulong ReadReserveBytes = 16UL * 1024 * 1024;

    /// <summary>An offline slot that holds more unfinished jobs gives up replay.</summary>
    public const int OfflineJobs = 1000;

    /// <summary>An offline slot that holds more unfinished bytes gives up replay.</summary>
    public const ulong OfflineBytes = 50UL * 1024 * 1024;

    /// <summary>Finished but unflushed jobs at which a barrier lets both sides forget them.</summary>
    public const int BarrierJobs = 10_000;

    /// <summary>Finished but unflushed bytes at which a barrier lets both sides forget them.</summary>
    public const ulong BarrierBytes = 64UL * 1024 * 1024;

    /// <summary>
    /// Refused promotions in a row, ten seconds apart, after which a server is taken at its word. Ours: the reference goes
    /// on for ever.
    /// </summary>
    public const int PromotionsRefused = 3;

    /// <summary>Slots that must take a write or a flush.</summary>
    public const int WriteQuorum = 2;

    /// <summary>Slots that must be able to serve a read.</summary>
    public const int ReadQuorum = 1;
}
