using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Text.Json.Nodes;

namespace Crucible.Wire.Vectors;

/// <summary>Renders messages in their JSON form.</summary>
internal static class MessageToJson
{
    public static JsonObject Write(Message message)
    {
        var json = new JsonObject { ["type"] = message.Kind.ToString() };
        foreach (var (name, value) in Fields(message))
            json.Add(name, value);
        return json;
    }

    private static Fields Fields(Message message) => message switch
    {
        Message.HereIAm m => new Fields()
            .With("version", m.Version).Ids(m.Ids).With("generation", Text(m.Generation.Value))
            .With("read_only", m.ReadOnly).With("encrypted", m.Encrypted)
            .With("alternate_versions", List(m.AlternateVersions, v => v)),
        Message.YesItsMe m => new Fields().With("version", m.Version).With("repair_addr", Text(m.RepairAddress)),
        Message.VersionMismatch m => new Fields().With("version", m.Version),
        Message.ReadOnlyMismatch m => new Fields().With("expected", m.Expected),
        Message.EncryptedMismatch m => new Fields().With("expected", m.Expected),
        Message.PromoteToActive m => new Fields().Ids(m.Ids).With("generation", Text(m.Generation.Value)),
        Message.YouAreNowActive m => new Fields().Ids(m.Ids).With("generation", Text(m.Generation.Value)),
        Message.YouAreNoLongerActive m => new Fields()
            .With("new_upstairs_id", m.NewIds.Upstairs.ToString()).With("new_session_id", m.NewIds.Session.ToString())
            .With("new_gen", Text(m.NewGeneration.Value)),
        Message.UuidMismatch m => new Fields().With("expected_id", m.ExpectedId.ToString()),
        Message.Ruok or Message.Imok or Message.RegionInfoPlease or Message.ExtentVersionsPlease => new Fields(),

        Message.ExtentClose m => new Fields().Repair(m.RepairId, m.Extent),
        Message.ExtentReopen m => new Fields().Repair(m.RepairId, m.Extent),
        Message.ExtentFlush m => new Fields()
            .Repair(m.RepairId, m.Extent).With("client_id", m.Client.Value).Flush(m.FlushNumber, m.Generation),
        Message.ExtentRepair m => new Fields()
            .Repair(m.RepairId, m.Extent).With("source_client_id", m.SourceClient.Value)
            .With("source_repair_address", Text(m.SourceRepairAddress))
            .With("dest_clients", List(m.DestinationClients, client => client.Value)),
        Message.RepairAckId m => new Fields().With("repair_id", Text(m.RepairId.Value)),
        Message.ExtentError m => new Fields().Repair(m.RepairId, m.Extent).With("error", ErrorToJson.Write(m.Error)),

        Message.ExtentLiveClose m => new Fields().Job(m.Ids, m.Job, m.Dependencies).With("extent_id", m.Extent.Value),
        Message.ExtentLiveFlushClose m => new Fields()
            .Job(m.Ids, m.Job, m.Dependencies).With("extent_id", m.Extent.Value).Flush(m.FlushNumber, m.Generation),
        Message.ExtentLiveRepair m => new Fields()
            .Job(m.Ids, m.Job, m.Dependencies).With("extent_id", m.Extent.Value)
            .With("source_client_id", m.SourceClient.Value)
            .With("source_repair_address", Text(m.SourceRepairAddress)),
        Message.ExtentLiveReopen m => new Fields().Job(m.Ids, m.Job, m.Dependencies).With("extent_id", m.Extent.Value),
        Message.ExtentLiveNoOp m => new Fields().Job(m.Ids, m.Job, m.Dependencies),
        Message.ExtentLiveCloseAck m => new Fields().Job(m.Ids, m.Job).With("result", Result(m.Result, ok => new JsonObject
        {
            ["generation"] = Text(ok.Generation.Value),
            ["flush_number"] = Text(ok.FlushNumber.Value),
            ["dirty"] = ok.Dirty,
        })),
        Message.ExtentLiveRepairAckId m => Ack(m.Ids, m.Job, m.Result),
        Message.ExtentLiveAckId m => Ack(m.Ids, m.Job, m.Result),

        Message.RegionInfo m => new Fields().With("region_def", Region(m.Definition)),
        Message.ExtentVersions m => new Fields()
            .With("gen_numbers", List(m.Generations, generation => Text(generation.Value)))
            .With("flush_numbers", List(m.FlushNumbers, flush => Text(flush.Value)))
            .With("dirty_bits", List(m.DirtyBits, dirty => dirty)),
        Message.LastFlush m => new Fields().With(
            "last_flush_number", m.LastFlushJob is { } job ? Text(job.Value) : null),

        Message.Write m => WriteOf(m.Ids, m.Job, m.Dependencies, m.Start, m.Contexts, m.Data),
        Message.WriteAck m => Ack(m.Ids, m.Job, m.Result),
        Message.Flush m => new Fields()
            .Job(m.Ids, m.Job, m.Dependencies).Flush(m.FlushNumber, m.Generation)
            .With("snapshot_details", m.SnapshotName is { } name ? new JsonObject { ["snapshot_name"] = name } : null)
            .With("extent_limit", m.ExtentLimit is { } limit ? limit.Value : null),
        Message.FlushAck m => Ack(m.Ids, m.Job, m.Result),
        Message.Barrier m => new Fields().Job(m.Ids, m.Job, m.Dependencies),
        Message.BarrierAck m => Ack(m.Ids, m.Job, m.Result),
        Message.ReadRequest m => new Fields()
            .Job(m.Ids, m.Job, m.Dependencies).With("start", Text(m.Start.Value)).With("count", Text(m.Count)),
        Message.ReadResponse m => new Fields()
            .Job(m.Ids, m.Job).With("blocks", Result(m.Blocks, ok => List(ok, ReadContext)))
            .With("data_hex", Hex(m.Data.Span)),
        Message.WriteUnwritten m => WriteOf(m.Ids, m.Job, m.Dependencies, m.Start, m.Contexts, m.Data),
        Message.WriteUnwrittenAck m => Ack(m.Ids, m.Job, m.Result),
        Message.ErrorReport m => new Fields().Job(m.Ids, m.Job).With("error", ErrorToJson.Write(m.Error)),
        Message.Unknown m => new Fields().With("id", m.Id).With("data_hex", Hex(m.Data.Span)),
        _ => throw new UnreachableException($"no arm for {message.Kind}"),
    };

    internal static string Text(ulong value) => value.ToString(CultureInfo.InvariantCulture);

    internal static JsonArray List<T>(T[] items, Func<T, JsonNode> render) => new([.. items.Select(render)]);

    private static string Text(IPEndPoint address) => address.ToString();

    private static string Hex(ReadOnlySpan<byte> bytes) => Convert.ToHexStringLower(bytes);

    private static Fields Ack(in SessionIds ids, JobId job, in WireResult<Unit> result) =>
        new Fields().Job(ids, job).With("result", Result(result, _ => null));

    private static Fields WriteOf(
        in SessionIds ids, JobId job, JobId[] dependencies, BlockIndex start, BlockContext[] contexts,
        ReadOnlyMemory<byte> data) =>
        new Fields().Job(ids, job, dependencies).With("start", Text(start.Value))
            .With("contexts", List(contexts, Context)).With("data_hex", Hex(data.Span));

    private static JsonObject Result<T>(in WireResult<T> result, Func<T, JsonNode?> renderOk) =>
        result.Error is { } error
            ? new JsonObject { ["Err"] = ErrorToJson.Write(error) }
            : new JsonObject { ["Ok"] = renderOk(result.Value) };

    private static JsonObject Region(RegionDefinition region) => new()
    {
        ["block_size"] = Text(region.BlockSize),
        ["extent_size"] = new JsonObject
        {
            ["value"] = Text(region.ExtentSize.Value),
            ["shift"] = region.ExtentSize.Shift,
        },
        ["extent_count"] = region.ExtentCount,
        ["uuid"] = region.Uuid.ToString(),
        ["encrypted"] = region.Encrypted,
        ["database_read_version"] = Text(region.DatabaseReadVersion),
        ["database_write_version"] = Text(region.DatabaseWriteVersion),
    };

    private static JsonObject Context(BlockContext context) => new()
    {
        ["hash"] = Text(context.Hash),
        ["encryption_context"] = context.Encryption is { } encryption ? Encryption(encryption) : null,
    };

    private static JsonObject ReadContext(ReadBlockContext context) => context.Kind switch
    {
        ReadContextKind.Empty => new JsonObject { ["type"] = "Empty" },
        ReadContextKind.Encrypted => new JsonObject { ["type"] = "Encrypted", ["ctx"] = Encryption(context.Encryption) },
        ReadContextKind.Unencrypted => new JsonObject { ["type"] = "Unencrypted", ["hash"] = Text(context.Hash) },
        _ => throw new UnreachableException($"read context {context.Kind}"),
    };

    private static JsonObject Encryption(EncryptionContext context)
    {
        Span<byte> bytes = stackalloc byte[Bytes16.Size];
        context.Tag.CopyTo(bytes);
        var tag = Hex(bytes);
        context.Nonce.CopyTo(bytes);
        return new JsonObject { ["nonce_hex"] = Hex(bytes[..Bytes12.Size]), ["tag_hex"] = tag };
    }
}
