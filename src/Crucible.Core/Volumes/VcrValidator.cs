using System.Numerics;
using Crucible.Wire;

namespace Crucible.Core.Volumes;

/// <summary>
/// What a VCR's values must satisfy before a volume can be built from it. Rows on which the reference
/// implementation crashes are ordinary errors here. Needs no file, URL or server.
/// </summary>
public static class VcrValidator
{
    /// <summary>Checks the whole tree, parents included, in tree order.</summary>
    /// <returns>The first thing wrong, or null.</returns>
    public static VcrError? Check(VolumeConstructionRequest vcr)
    {
        ArgumentNullException.ThrowIfNull(vcr);
        return Node(vcr, "$") ?? TotalSize(vcr);
    }

    private static VcrError? Node(VolumeConstructionRequest node, string path) => node switch
    {
        VolumeConstructionRequest.Volume v => Volume(v, path),
        VolumeConstructionRequest.Region r => Region(r, path),
        _ => null,
    };

    private static VcrError? Volume(VolumeConstructionRequest.Volume volume, string path)
    {
        foreach (var (childPath, child) in VcrTree.Children(volume, path))
        {
            if (child.BlockSizeBytes != volume.BlockSizeBytes)
            {
                return new VcrError(
                    $"{childPath}.block_size",
                    $"is {child.BlockSizeBytes}, but the volume's is {volume.BlockSizeBytes}");
            }

            if (Node(child, childPath) is { } error)
                return error;
        }

        return null;
    }

    private static VcrError? Region(VolumeConstructionRequest.Region r, string path)
    {
        if (!BitOperations.IsPow2(r.BlockSizeBytes)
            || r.BlockSizeBytes is < ProtocolLimits.MinBlockSizeBytes or > ProtocolLimits.MaxBlockSizeBytes)
        {
            return new VcrError(
                $"{path}.block_size",
                $"must be a power of two from {ProtocolLimits.MinBlockSizeBytes} to {ProtocolLimits.MaxBlockSizeBytes}");
        }

        // Dividing instead of multiplying keeps a huge extent from overflowing into an acceptable one.
        if (r.BlocksPerExtent == 0 || r.BlocksPerExtent > ProtocolLimits.MaxExtentBytes / r.BlockSizeBytes)
        {
            return new VcrError(
                $"{path}.blocks_per_extent",
                $"must be at least 1 and make an extent of at most {ProtocolLimits.MaxExtentBytes} bytes");
        }

        return r.ExtentCount == 0
            ? new VcrError($"{path}.extent_count", "must be at least 1")
            : Opts(r.Opts, $"{path}.opts");
    }

    private static VcrError? Opts(CrucibleOpts opts, string path)
    {
        if (opts.Target.Count != ProtocolLimits.Slots)
            return new VcrError($"{path}.target", $"must hold exactly three addresses, not {opts.Target.Count}");
        // Two slots on one server would be one copy counted as two.
        if (opts.Target.Distinct().Count() != ProtocolLimits.Slots)
            return new VcrError($"{path}.target", "must hold three different addresses");
        if (opts.FlushTimeoutSeconds is { } seconds && !(float.IsFinite(seconds) && seconds >= 0))
            return new VcrError($"{path}.flush_timeout", "must be finite and not negative");
        Span<byte> key = stackalloc byte[EncryptionKey.SizeBytes];
        var keyIsBad = opts.Key is { } k && !k.TryDecode(key);
        key.Clear();
        if (keyIsBad)
            return new VcrError($"{path}.key", "must be padded base64 of exactly 32 bytes");
        return Pem(opts, path);
    }

    private static VcrError? Pem(CrucibleOpts opts, string path)
    {
        if (opts.CertPem is null && opts.KeyPem is null && opts.RootCertPem is null)
            return null;
        var missing = opts.CertPem is null ? "cert_pem" : opts.KeyPem is null ? "key_pem" : opts.RootCertPem is null ? "root_cert_pem" : null;
        return missing is null
            ? null
            : new VcrError($"{path}.{missing}", "is missing: cert_pem, key_pem and root_cert_pem go together");
    }

    /// <summary>Offsets into a volume are 64-bit byte counts, so its size has to be one too.</summary>
    private static VcrError? TotalSize(VolumeConstructionRequest vcr)
    {
        UInt128 total = 0;
        foreach (var placed in VcrTree.RegionSets(vcr))
            total += (UInt128)placed.Region.BlockSizeBytes * placed.Region.BlocksPerExtent * placed.Region.ExtentCount;
        return total > ulong.MaxValue ? new VcrError("$", "is larger than 18446744073709551615 bytes") : null;
    }
}
