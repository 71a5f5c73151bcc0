using System.Net;
using System.Text.Json;
using Crucible.Core.Upstairs;
using Crucible.Wire;

namespace Crucible.Core.Volumes;

/// <summary>The refusals of a replacement: kind, stable code, and the text an HTTP client sees.</summary>
internal static class VolumeRefusals
{
    /// <summary>Stands before the text of everything that a well-formed VCR is refused for while its volume lives.</summary>
    private const string Prefix = "Invalid downstairs replace ";

    public static VolumeReplaceAnswer.Refused Malformed(VcrError error) =>
        new(VolumeRefusalKind.MalformedVcr, "malformed_vcr", error.ToString());

    public static VolumeReplaceAnswer.Refused Gone(VolumeId id) =>
        new(VolumeRefusalKind.Gone, "gone", $"Volume {id} is gone with its VM");

    public static VolumeReplaceAnswer.Refused NotASuccessor(VcrVerdict.Error error) =>
        Prefixed(VolumeRefusalKind.NotASuccessor, JsonNamingPolicy.SnakeCaseLower.ConvertName($"{error.Kind}"), error.Text);

    public static VolumeReplaceAnswer.Refused TooMany(VolumeId id) => Prefixed(
        VolumeRefusalKind.Temporary, "too_many_replacements", $"Volume {id} has too many replacements waiting");

    public static VolumeReplaceAnswer.Refused NotStored(VolumeId id, string why) => Prefixed(
        VolumeRefusalKind.Temporary, "not_stored", $"Volume {id} could not make the new VCR durable: {why}; send it again");

    public static VolumeReplaceAnswer.Refused Missing(VolumeId id, IPEndPoint old) => Prefixed(
        VolumeRefusalKind.Permanent, "target_missing", $"Volume {id} Can't locate {old} to replace");

    public static VolumeReplaceAnswer.Refused InUse(VolumeId id, VcrVerdict.ReplaceTarget change) => ByRegionSet(
        VolumeRefusalKind.Permanent, "target_in_use", id, $"Both old {change.Old} and new {change.New} targets are in use");

    public static VolumeReplaceAnswer.Refused LastCopy(VolumeId id, IPEndPoint old) => ByRegionSet(
        VolumeRefusalKind.Permanent, "last_copy", id, $"Replace {old} failed, it is the last copy that was in sync");

    public static VolumeReplaceAnswer.Refused ByRegionSet(VolumeId id, ReplaceOutcome.Refused refused) =>
        refused.Duration switch
        {
            RefusalDuration.Temporary => ByRegionSet(VolumeRefusalKind.Temporary, "target_busy", id, TextOf(refused.Error)),
            _ => ByRegionSet(VolumeRefusalKind.Permanent, "target_refused", id, TextOf(refused.Error)),
        };

    private static VolumeReplaceAnswer.Refused ByRegionSet(
        VolumeRefusalKind kind, string code, VolumeId id, string text) =>
        Prefixed(kind, code, $"Replace downstairs failed for {id} with Invalid downstairs replace {text}");

    private static VolumeReplaceAnswer.Refused Prefixed(VolumeRefusalKind kind, string code, string text) =>
        new(kind, code, Prefix + text);

    private static string TextOf(CrucibleError error) =>
        error is CrucibleError.WithText withText ? withText.Text : error.ToString();
}
