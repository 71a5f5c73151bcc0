using System.Collections.Immutable;
using System.Text.Json;
using Crucible.Core.Downstairs;
using Crucible.Wire;

namespace Crucible.Net.Regions;

/// <summary>The durable form of a <see cref="PromotionRecord"/>: promotion.json in the region's directory.</summary>
internal static class PromotionFile
{
    private static readonly JsonSerializerOptions Json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        RespectRequiredConstructorParameters = true,
    };

    /// <summary>The record, or null if no upstairs was ever promoted.</summary>
    public static PromotionRecord? Read(string path)
    {
        if (!File.Exists(path))
            return null;
        try
        {
            var json = JsonSerializer.Deserialize<RecordJson>(File.ReadAllBytes(path), Json)
                ?? throw new JsonException("It is empty.");
            return new(new(json.Generation), json.Holder.Ids, [.. json.Superseded.Select(s => s.Ids)]);
        }
        catch (JsonException e)
        {
            throw new RegionException(RegionFault.PromotionUnreadable, $"{path} is not a promotion record.", e);
        }
    }

    public static void Write(string path, PromotionRecord record, IDiskSync sync) => AtomicFile.Write(
        path,
        JsonSerializer.SerializeToUtf8Bytes(
            new RecordJson(
                record.Generation.Value, SessionJson.Of(record.Ids), [.. record.Superseded.Select(SessionJson.Of)]),
            Json),
        sync);

    private sealed record SessionJson(Guid UpstairsId, Guid SessionId)
    {
        internal SessionIds Ids => new(new(UpstairsId), new(SessionId));

        internal static SessionJson Of(SessionIds ids) => new(ids.Upstairs.Value, ids.Session.Value);
    }

    private sealed record RecordJson(ulong Generation, SessionJson Holder, ImmutableArray<SessionJson> Superseded);
}
