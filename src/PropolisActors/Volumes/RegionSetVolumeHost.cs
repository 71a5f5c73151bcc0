using System.Collections.Immutable;
using System.Net;
using Crucible.Core.Upstairs;
using Crucible.Core.Volumes;
using Crucible.Net;
using Crucible.Net.Connections;
using Crucible.Net.Upstairs;
using Crucible.Wire;
using Microsoft.Extensions.Logging;

namespace PropolisActors.Volumes;

/// <summary>One region set for each region of a VCR, and the disk they make together with its files and urls.</summary>
public sealed class RegionSetVolumeHost : IVolumeHost
{
    private readonly ImmutableArray<RegionSet> _regionSets;
    private readonly VolumeTree _tree;

    internal RegionSetVolumeHost(
        VolumeConstructionRequest vcr, VolumeOptions options, ValueList<RegionSlot> unsynced,
        Action<RegionSetIndex> statusChanged, TimeProvider time, ILogger logger)
    {
        // An activation with two writes blocks that were never written, and so would hide a parent's.
        var quorum = HasParent(vcr) ? ProtocolLimits.Slots : options.ActivationQuorum;
        _regionSets =
        [
            .. VcrTree.RegionSets(vcr).Select((placed, i) => new RegionSet(
                OptionsOf(placed.Region) with
                {
                    StatusChanged = _ => statusChanged(new RegionSetIndex(i)),
                    ActivationQuorum = quorum,
                    QuorumGrace = options.ActivationGrace,
                    Unsynced = [.. unsynced.Where(slot => slot.RegionSet.Value == i).Select(slot => slot.Slot)],
                },
                placed.Region.Generation,
                new SessionId(Guid.NewGuid()),
                time,
                logger)),
        ];
        _tree = VolumeTree.Build(vcr, _regionSets);
    }

    public IBlockDevice Device => _tree.Device;

    public ImmutableArray<RegionSetStatus> Status => [.. _regionSets.Select(regionSet => regionSet.Status)];

    public Task<ActivationResult> ActivateAsync(RegionSetIndex regionSet, Generation generation, CancellationToken ct) =>
        _regionSets[regionSet.Value].ActivateAsync(generation, ct);

    public Task DeactivateAsync(RegionSetIndex regionSet, TimeSpan grace) =>
        _regionSets[regionSet.Value].DeactivateAsync(grace, CancellationToken.None);

    public Task<ReplaceOutcome> ReplaceAsync(RegionSetIndex regionSet, IPEndPoint old, IPEndPoint replacement) =>
        _regionSets[regionSet.Value].ReplaceAsync(old, replacement, CancellationToken.None);

    public Task<IoResult> SnapshotAsync(RegionSetIndex regionSet, string name, TimeSpan deadline) =>
        _regionSets[regionSet.Value].SnapshotAsync(name, deadline, CancellationToken.None).AsTask();

    public async ValueTask DisposeAsync()
    {
        foreach (var regionSet in _regionSets)
            await regionSet.DisposeAsync();
        _tree.Dispose();
    }

    private static bool HasParent(VolumeConstructionRequest node) => node is VolumeConstructionRequest.Volume volume
        && (volume.ReadOnlyParent is not null || volume.SubVolumes.Any(HasParent));

    private static RegionSetOptions OptionsOf(VolumeConstructionRequest.Region region) => new(
        region.Opts.Id,
        [.. region.Opts.Target],
        region.BlockSizeBytes,
        region.BlocksPerExtent,
        region.ExtentCount,
        region.Opts.ReadOnly,
        region.Opts.FlushTimeoutSeconds is { } seconds ? TimeSpan.FromSeconds(seconds) : RegionSetOptions.DefaultFlushTimeout,
        region.Opts.Key,
        Tls: TlsOf(region.Opts));

    /// <summary>The members are file names in the reference; whoever sends the text itself is understood too.</summary>
    private static Func<TlsIdentity>? TlsOf(CrucibleOpts opts)
    {
        if (opts is not { CertPem: { } certificate, KeyPem: { } key, RootCertPem: { } roots })
            return null;
        var isText = new[] { certificate, key, roots }.Any(pem => pem.Reveal.Contains("-----BEGIN", StringComparison.Ordinal));
        return isText
            ? () => TlsIdentity.FromPem(certificate.Reveal, key.Reveal, roots.Reveal)
            : () => TlsIdentity.Load(certificate.Reveal, key.Reveal, roots.Reveal);
    }
}
