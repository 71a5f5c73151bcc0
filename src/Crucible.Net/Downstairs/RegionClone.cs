using System.Net;
using System.Text.Json;
using Crucible.Net.Regions;
using Crucible.Wire;

namespace Crucible.Net.Downstairs;

/// <summary>Makes a region equal to that of a read-only disk server, by copying each extent from it.</summary>
public static class RegionClone
{
    /// <summary>The definition of the region a disk server serves.</summary>
    /// <param name="source">Its repair address.</param>
    /// <exception cref="RegionException">It does not answer, or is not read-only: what it serves could change under the
    /// copy.</exception>
    public static async Task<RegionDefinition> DescribeAsync(IPEndPoint source, TimeProvider time, CancellationToken ct)
    {
        using var http = new ExtentSource(time);
        try
        {
            var (json, isReadOnly) = await http.DescribeAsync(source, ct).ConfigureAwait(false);
            var definition = RegionFiles.ParseDefinition(json, $"the answer of {source}");
            return isReadOnly
                ? definition
                : throw new RegionException(RegionFault.SourceUnsuitable, $"The region at {source} is not read-only.");
        }
        catch (Exception e) when (e is HttpRequestException or JsonException or UriFormatException)
        {
            throw new RegionException(
                RegionFault.SourceUnsuitable, $"The repair server at {source} does not answer: {e.Message}", e);
        }
    }

    /// <summary>Replaces every extent of a region. It keeps its own id. If this ends early, the region is a mixture and
    /// is to be cloned again.</summary>
    /// <param name="region">Open for writing, and served by nobody.</param>
    /// <param name="onExtent">Called after each extent.</param>
    /// <exception cref="RegionException">The source is not suitable, or an extent could not be copied.</exception>
    public static async Task RunAsync(
        Region region, IPEndPoint source, TimeProvider time, Action<ExtentId> onExtent, CancellationToken ct)
    {
        var theirs = await DescribeAsync(source, time, ct).ConfigureAwait(false);
        var ours = region.Definition;
        if (theirs.Uuid == ours.Uuid)
            throw new RegionException(
                RegionFault.SourceUnsuitable, $"The region at {source} has the same id {ours.Uuid}.");
        if (theirs with { Uuid = ours.Uuid } != ours)
            throw new RegionException(
                RegionFault.SourceUnsuitable, $"The region at {source} has another shape or encryption.");

        using var http = new ExtentSource(time);
        for (var e = 0u; e < ours.ExtentCount; e++)
        {
            ct.ThrowIfCancellationRequested();
            await CopyAsync(region, new(e), source, http, ct).ConfigureAwait(false);
            onExtent(new(e));
        }
    }

    private static async Task CopyAsync(
        Region region, ExtentId extent, IPEndPoint source, ExtentSource http, CancellationToken ct)
    {
        try
        {
            region.CloseExtent(extent);
            using (var copy = region.BeginClone(extent))
            {
                if (await http.FetchAsync(source, extent, copy, ct).ConfigureAwait(false) is { } error)
                    throw new RegionIoException(error, mayPass: true);
            }
            region.ReopenExtent(extent);
        }
        catch (RegionIoException e)
        {
            throw new RegionException(RegionFault.IoFailed, $"{extent} could not be cloned: {e.Message}", e);
        }
    }
}
