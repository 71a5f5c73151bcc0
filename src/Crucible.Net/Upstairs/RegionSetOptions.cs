using System.Net;
using Crucible.Core.Upstairs;
using Crucible.Core.Volumes;
using Crucible.Net.Connections;
using Crucible.Wire;

namespace Crucible.Net.Upstairs;

/// <summary>What one region set is made of, as its volume construction request says.</summary>
/// <param name="Id">Stable over restarts.</param>
/// <param name="Targets">Exactly three different addresses, in slot order.</param>
/// <param name="BlockSize">Bytes: a power of two, 512 to 32768.</param>
/// <param name="BlocksPerExtent">1 or more; an extent is at most 512 MiB.</param>
/// <param name="ExtentCount">1 or more.</param>
/// <param name="ReadOnly">Must be what the three servers are.</param>
/// <param name="FlushTimeout">Idle time before finished work is flushed without being asked; over zero.</param>
/// <param name="Key">Blocks are encrypted with it; null leaves them plain. Must be what the three regions are.</param>
/// <param name="ActivationQuorum">Copies that must be there before a read-write set serves: 3, or 2 to go on degraded when
/// the third does not come within <paramref name="QuorumGrace"/>.</param>
/// <param name="QuorumGrace">How long two copies wait for the third; not negative.</param>
/// <param name="Tls">Makes our identity towards the servers; null speaks plain TCP. Asked anew for each connection
/// attempt, so that certificates can be renewed, and what it throws is that attempt's failure. The attempt disposes of the
/// identity.</param>
/// <param name="Unsynced">Slots that were replaced and not in sync since; null for none.</param>
/// <param name="StatusChanged">Called on the region set's own loop with each new state; must not block.</param>
public sealed record RegionSetOptions(
    UpstairsId Id,
    IPEndPoint[] Targets,
    ulong BlockSize,
    ulong BlocksPerExtent,
    uint ExtentCount,
    bool ReadOnly,
    TimeSpan FlushTimeout,
    EncryptionKey? Key = null,
    Action<RegionSetStatus>? StatusChanged = null,
    int ActivationQuorum = ProtocolLimits.Slots,
    TimeSpan QuorumGrace = default,
    Func<TlsIdentity>? Tls = null,
    IReadOnlyList<ClientId>? Unsynced = null)
{
    /// <summary>How long a snapshot may take when nobody says otherwise.</summary>
    public static readonly TimeSpan DefaultSnapshotDeadline = TimeSpan.FromSeconds(60);

    /// <summary>The flush timeout when the request names none.</summary>
    public static readonly TimeSpan DefaultFlushTimeout = TimeSpan.FromSeconds(0.5);
}
