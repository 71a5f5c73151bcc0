using System.Collections.Immutable;
using System.Diagnostics;
using System.Text.Json;
using Crucible.Core.Upstairs;
using Crucible.Core.Volumes;
using Propolis.Core.Api;
using PropolisActors.Gateway.Http;
using PropolisActors.Protocols;

namespace PropolisActors.Gateway.Json;

/// <summary>
/// Writes the answers about one disk: the volume tree of the contract, with members of our own beside it that say what
/// is waited for. Source: Crucible volume description, section 6.4; propolis-server API, sections 4.8 and 12.1.
/// </summary>
internal static class DiskJson
{
    private static readonly ApiError NoTree =
        ApiError.DiskRefused("Unsupported: query_volume_info not implemented for this type");

    /// <summary>The body of a successful replacement: a bare string.</summary>
    public static byte[] ReplaceResult(VolumeReplaceResult result) => JsonBody.Write(json => json.WriteStringValue(result switch
    {
        VolumeReplaceResult.Started => "started",
        VolumeReplaceResult.StartedAlready => "started_already",
        VolumeReplaceResult.CompletedAlready => "completed_already",
        VolumeReplaceResult.VcrMatches => "vcr_matches",
        _ => throw new UnreachableException($"{result}"),
    }));

    /// <summary>Status as it was before 5.0.0: whether every part is active.</summary>
    public static Answer IsActive(VolumeProtocol.VolumeStatus status) => Answer.Ok(JsonBody.Write(json =>
    {
        json.WriteStartObject();
        json.WriteBoolean("active", status.RegionSets.All(static set => set.State == UpstairsState.Active));
        json.WriteEndObject();
    }));

    /// <summary>Status from 5.0.0 on; refused for a volume with a part that has no status of its own.</summary>
    public static Answer Status(VolumeProtocol.VolumeStatus status)
    {
        var record = status.Facts.Record;
        if (VcrParser.Parse(record.Text.Json) is not VcrParseResult.Parsed { Vcr: var vcr })
            throw new UnreachableException("a stored VCR does not parse");
        if (!HasTree(vcr))
            return new Answer.Refused(NoTree);
        return Answer.Ok(JsonBody.Write(json =>
        {
            json.WriteStartObject();
            json.WritePropertyName("volume_info");
            new Tree(json, status.RegionSets).WriteRoot(vcr);
            WritePhase(json, status.Facts.Phase);
            json.WriteNumber("revision", record.Revision.Value);
            json.WriteNumber("replacements_pending", status.Facts.Replacements);
            if (record.LastReplacement is { } last)
                WriteReplacement(json, last);
            else
                json.WriteNull("last_replacement");
            json.WriteEndObject();
        }));
    }

    private static bool HasTree(VolumeConstructionRequest node) => node switch
    {
        VolumeConstructionRequest.Region => true,
        VolumeConstructionRequest.Volume v => v.SubVolumes.All(HasTree) && (v.ReadOnlyParent is null || HasTree(v.ReadOnlyParent)),
        _ => false,
    };

    /// <summary>Writes the members <c>phase</c> and <c>failure_reason</c>.</summary>
    public static void WritePhase(Utf8JsonWriter json, VolumePhase phase)
    {
        json.WriteString("phase", phase switch
        {
            VolumePhase.Idle => "idle",
            VolumePhase.Activating => "activating",
            VolumePhase.Active => "active",
            VolumePhase.Deactivating => "deactivating",
            VolumePhase.Failed => "failed",
            VolumePhase.Ended => "ended",
            _ => throw new UnreachableException($"{phase}"),
        });
        if (phase is VolumePhase.Failed failed)
            json.WriteString("failure_reason", failed.Reason.Error.Describe());
        else
            json.WriteNull("failure_reason");
    }

    private static void WriteReplacement(Utf8JsonWriter json, VolumeReplacement replacement)
    {
        json.WriteStartObject("last_replacement");
        json.WriteString("old", replacement.Old.ToString());
        json.WriteString("new", replacement.New.ToString());
        json.WriteNumber("region_set", replacement.Where.RegionSet.Value);
        json.WriteNumber("slot", replacement.Where.Slot.Value);
        json.WriteBoolean("in_sync", replacement.InSync);
        json.WriteEndObject();
    }

    /// <summary>Walks the VCR in its order and takes the region sets' statuses one by one.</summary>
    private sealed class Tree(Utf8JsonWriter json, ImmutableArray<RegionSetStatus> regionSets)
    {
        private int _next;

        /// <summary>The outermost node is always a volume; a bare region is shown as its only part.</summary>
        public void WriteRoot(VolumeConstructionRequest vcr)
        {
            if (vcr is VolumeConstructionRequest.Volume)
                Write(vcr);
            else
                WriteVolume([vcr], parent: null);
        }

        private void Write(VolumeConstructionRequest node)
        {
            if (node is VolumeConstructionRequest.Volume volume)
                WriteVolume(volume.SubVolumes, volume.ReadOnlyParent);
            else
                RegionSetJson.Write(json, regionSets[_next++]);
        }

        private void WriteVolume(IEnumerable<VolumeConstructionRequest> parts, VolumeConstructionRequest? parent)
        {
            json.WriteStartObject();
            json.WriteStartObject("volume");
            json.WriteStartArray("sub_volumes");
            foreach (var part in parts)
                Write(part);
            json.WriteEndArray();
            json.WritePropertyName("read_only_parent");
            if (parent is null)
                json.WriteNullValue();
            else
                Write(parent);
            json.WriteEndObject();
            json.WriteEndObject();
        }
    }
}
