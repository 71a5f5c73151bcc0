using System.Collections.Immutable;
using Crucible.Core.Volumes;
using Crucible.Net.Upstairs;
using Crucible.Net.Volumes;

namespace PropolisActors.Volumes;

/// <summary>The parts of a volume put together as its VCR says. Owns the files and connections that are not region sets.</summary>
internal sealed class VolumeTree : IDisposable
{
    /// <summary>The times the reference gives a chunk of an import from a url.</summary>
    private static readonly TimeSpan UrlConnectMax = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan UrlReadMax = TimeSpan.FromSeconds(70);

    private readonly List<IDisposable> _owned = [];
    private readonly ImmutableArray<RegionSet> _regionSets;
    private int _next;
    private HttpClient? _http;

    private VolumeTree(ImmutableArray<RegionSet> regionSets) => _regionSets = regionSets;

    /// <summary>The whole volume.</summary>
    public IVolumePart Device { get; private set; } = null!;

    /// <summary>Puts the parts together. Asks no server.</summary>
    /// <param name="vcr">Valid and supported.</param>
    /// <param name="regionSets">Of its regions, in the order of <see cref="VcrTree.RegionSets"/>; they stay their owner's.</param>
    /// <exception cref="IOException">A file cannot be opened; the message says where in the VCR and why.</exception>
    public static VolumeTree Build(VolumeConstructionRequest vcr, ImmutableArray<RegionSet> regionSets)
    {
        var tree = new VolumeTree(regionSets);
        try
        {
            tree.Device = tree.Node(vcr, "$", fillBytes: 0);
            return tree;
        }
        catch
        {
            tree.Dispose();
            throw;
        }
    }

    public void Dispose()
    {
        foreach (var owned in _owned)
            owned.Dispose();
    }

    /// <summary>Makes the part one node describes, and all below it.</summary>
    /// <param name="fillBytes">How far whatever is above may ask; only a url needs to be told.</param>
    private IVolumePart Node(VolumeConstructionRequest node, string path, ulong fillBytes) => node switch
    {
        VolumeConstructionRequest.Region => new RegionSetDevice(_regionSets[_next++]),
        VolumeConstructionRequest.Volume volume => Volume(volume, path, fillBytes),
        VolumeConstructionRequest.File file => File(file, path),
        VolumeConstructionRequest.Url url => new UrlDevice(Http(), AddressOf(url, path), url.BlockSizeBytes, fillBytes),
        _ => throw new System.Diagnostics.UnreachableException(node.GetType().Name),
    };

    private IVolumePart Volume(VolumeConstructionRequest.Volume volume, string path, ulong fillBytes)
    {
        var parts = new List<IVolumePart>();
        var leftBytes = fillBytes;
        for (var i = 0; i < volume.SubVolumes.Count; i++)
        {
            parts.Add(Node(volume.SubVolumes[i], $"{path}.sub_volumes[{i}]", leftBytes));
            leftBytes -= Math.Min(leftBytes, parts[i].SizeBytes);
        }

        var own = parts.Count == 0 ? null : new VolumeDevice([.. parts]);
        if (volume.ReadOnlyParent is not { } parentNode)
            return own!;
        var parent = Node(parentNode, $"{path}.read_only_parent", own?.SizeBytes ?? fillBytes);
        return own is null ? new ReadOnlyDevice(parent) : new ParentedDevice(own, parent);
    }

    private FileDevice File(VolumeConstructionRequest.File file, string path)
    {
        try
        {
            var device = FileDevice.Open(file.Path, file.BlockSizeBytes);
            _owned.Add(device);
            return device;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            throw new IOException($"{path}.path: {e.Message}", e);
        }
    }

    private static Uri AddressOf(VolumeConstructionRequest.Url url, string path) =>
        Uri.TryCreate(url.Address, UriKind.Absolute, out var address) && address.Scheme is "http" or "https"
            ? address
            : throw new IOException($"{path}.url: is not an http or https address");

    private HttpClient Http()
    {
        if (_http is null)
        {
            _http = new HttpClient(new SocketsHttpHandler { ConnectTimeout = UrlConnectMax }) { Timeout = UrlReadMax };
            _owned.Add(_http);
        }

        return _http;
    }
}
