namespace Propolis.Machines.Nbd;

/// <summary>What one NBD server and each of its connections may use.</summary>
internal static class NbdLimits
{
    /// <summary>Of one read or write; what clients assume when they are told nothing (NBD protocol, block sizes).</summary>
    public const int PayloadMaxBytes = 32 * 1024 * 1024;

    /// <summary>Payload of the requests of one connection that are not yet answered. At it, its socket is not read.</summary>
    public const int InFlightMaxBytes = 64 * 1024 * 1024;

    /// <summary>Requests of one connection that are not yet answered. At it, its socket is not read.</summary>
    public const int InFlightMax = 1024;

    /// <summary>Of one option; the longest legal one holds a name of 4096 bytes. A guess with a margin.</summary>
    public const int OptionMaxBytes = 64 * 1024;

    /// <summary>Characters of an export's name, by the protocol.</summary>
    public const int NameMaxBytes = 4096;

    /// <summary>Options of one connection; QEMU sends at most 4. A guess with a margin.</summary>
    public const int OptionsMax = 64;

    /// <summary>Clients at one time. A guess: one for each processor of a copying program, several times over.</summary>
    public const int ConnectionsMax = 64;

    /// <summary>Zeroes are written in pieces of this size.</summary>
    public const int ZeroesPieceBytes = 1024 * 1024;

    /// <summary>For the whole of a negotiation. A guess: it needs a few messages over a local socket.</summary>
    public static readonly TimeSpan NegotiationMax = TimeSpan.FromSeconds(10);

    /// <summary>How long requests under way may take after their client has gone. A guess.</summary>
    public static readonly TimeSpan DrainMax = TimeSpan.FromSeconds(10);
}
