using System.Net;
using System.Numerics;
using Crucible.Wire;

namespace Crucible.Core.Upstairs;

/// <summary>What one region set is made of; fixed for the life of its machine, but for a target that is replaced.</summary>
/// <param name="Ids">The region set and this upstairs object.</param>
/// <param name="Generation">Used until an activation names another. 0 cannot activate read-write.</param>
/// <param name="Targets">Exactly three different addresses, in slot order.</param>
/// <param name="BlockSize">Bytes: a power of two, 512 to 32768.</param>
/// <param name="BlocksPerExtent">1 or more; an extent is at most 512 MiB.</param>
/// <param name="ExtentCount">1 or more.</param>
/// <param name="ReadOnly">Must be what the three servers are.</param>
/// <param name="FlushTimeout">Idle time before finished work is flushed without being asked; over zero.</param>
/// <param name="ActivationQuorum">Copies that must be there before a read-write set serves: 3, or 2 to go on degraded
/// when the third does not come within <paramref name="QuorumGrace"/>. With 2, a flush needs two whole copies.</param>
/// <param name="QuorumGrace">How long two copies wait for the third; not negative. Without meaning for a quorum of 3.</param>
/// <param name="Encrypted">Must be what the three regions are. The host encrypts and decrypts; no key comes here.</param>
/// <param name="Unsynced">Slots that were replaced and not in sync since, as an earlier object of this set knew; null
/// for none. They vouch for nothing: the last of the others cannot be replaced, nor one of these make up a quorum of
/// two.</param>
public sealed record RegionSetConfig(
    SessionIds Ids,
    Generation Generation,
    IReadOnlyList<IPEndPoint> Targets,
    ulong BlockSize,
    ulong BlocksPerExtent,
    uint ExtentCount,
    bool ReadOnly,
    TimeSpan FlushTimeout,
    int ActivationQuorum = ProtocolLimits.Slots,
    TimeSpan QuorumGrace = default,
    bool Encrypted = false,
    IReadOnlyList<ClientId>? Unsynced = null)
{
    public ulong TotalBlocks => BlocksPerExtent * ExtentCount;

    /// <summary>Says what is wrong with these values, or null.</summary>
    public string? Fault() => this switch
    {
        { Targets.Count: not ProtocolLimits.Slots } => $"a region set has exactly {ProtocolLimits.Slots} targets",
        _ when Targets.Distinct().Count() != ProtocolLimits.Slots => "the three targets must differ",
        _ when !BitOperations.IsPow2(BlockSize) || BlockSize < ProtocolLimits.MinBlockSizeBytes
            || BlockSize > ProtocolLimits.MaxBlockSizeBytes
            => "the block size must be a power of two from "
                + $"{ProtocolLimits.MinBlockSizeBytes} to {ProtocolLimits.MaxBlockSizeBytes}",
        _ when BlocksPerExtent == 0 || BlocksPerExtent > ProtocolLimits.MaxExtentBytes / BlockSize
            => $"an extent must have at least one block and at most {ProtocolLimits.MaxExtentBytes} bytes",
        { Unsynced: { } unsynced } when unsynced.Any(slot => slot.Value >= ProtocolLimits.Slots)
            || unsynced.Distinct().Count() == ProtocolLimits.Slots => "not all three slots can be out of sync",
        { ExtentCount: 0 } => "a region must have at least one extent",
        _ when FlushTimeout <= TimeSpan.Zero => "the flush timeout must be over zero",
        { ActivationQuorum: not (UpstairsLimits.WriteQuorum or ProtocolLimits.Slots) } => "the activation quorum is 2 or 3",
        _ when QuorumGrace < TimeSpan.Zero => "the grace of the activation quorum must not be negative",
        _ => null,
    };
}
