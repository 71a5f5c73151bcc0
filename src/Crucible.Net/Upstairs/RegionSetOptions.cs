using System.Net;
using Crucible.Core.Upstairs;
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
/// <param name="HasKey">The request holds an encryption key. Not available yet: the region set refuses to be made.</param>
/// <param name="ActivationQuorum">Copies that must be there before a read-write set serves: 3, or 2 to go on degraded when
/// the third does not come within <paramref name="QuorumGrace"/>.</param>
/// <param name="QuorumGrace">How long two copies wait for the third; not negative.</param>
/// <param name="StatusChanged">Called on the region set's own loop with each new state; must not block.</param>
public sealed record RegionSetOptions(
    UpstairsId Id,
    IPEndPoint[] Targets,
    ulong BlockSize,
    ulong BlocksPerExtent,
    uint ExtentCount,
    bool ReadOnly,
    TimeSpan FlushTimeout,
    bool HasKey = false,
    Action<RegionSetStatus>? StatusChanged = null,
    int ActivationQuorum = ProtocolLimits.Slots,
    TimeSpan QuorumGrace = default)
{
    /// <summary>How long a snapshot may take when nobody says otherwise.</summary>
    public static readonly TimeSpan DefaultSnapshotDeadline = TimeSpan.FromSeconds(60);

    /// <summary>The flush timeout when the request names none.</summary>
    public static readonly TimeSpan DefaultFlushTimeout = TimeSpan.FromSeconds(0.5);
}
